"""``make calibrate``: run the calibration and write docs/calibration.md."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable

import pandas as pd

from pipelines.analysis.calibration.association import calibrate_nulls, calibrate_planted
from pipelines.analysis.calibration.initiative import calibrate_initiative
from pipelines.analysis.calibration.surveys import calibrate_surveys
from pipelines.settings import ROOT

PAGE = ROOT / "docs" / "calibration.md"
HEAD = """# 统计方法的校准

由 `make calibrate` 写成，不手改。每一行是在真相已知的模拟数据上反复计算得到的比例；
区间为 95%，只反映模拟次数有限带来的误差。数值由固定的随机种子得出，重跑得到同样的数。
"""
Part = Callable[[int], pd.DataFrame]
PARTS: dict[str, tuple[str, int, Part]] = {
    "nulls": ("关联分析：没有关联时", 200, lambda draws: calibrate_nulls(draws)),
    "planted": ("关联分析：有已知关联时", 100, lambda draws: calibrate_planted(draws)),
    "initiative": ("项目成效", 120, lambda draws: calibrate_initiative(draws, 11)),
    "surveys": ("问卷", 2000, lambda draws: calibrate_surveys(draws, 0)),
}
HEADERS = {
    "scenario": "情形",
    "n_units": "单位数",
    "n_months": "月数",
    "n_adopters": "采用单位数",
    "n": "样本数",
    "metric": "量",
    "value": "值",
    "low": "区间下限",
    "high": "区间上限",
}


WORDS = {
    "coverage": "95% 区间含真值的比例",
    "false_positive_rate": "无差别时判为有差别的比例",
    "share ": "真实比例 ",
}


def section(title: str, draws: int, table: pd.DataFrame) -> str:
    """One part as Markdown: heading, number of draws, table with three decimals."""
    shown = table[[each for each in HEADERS if each in table]].rename(columns=HEADERS)
    cells = [
        [f"{v:.3f}" if isinstance(v, float) and not v.is_integer() else _plain(v) for v in row]
        for row in shown.itertuples(index=False)
    ]
    lines = [list(shown.columns), ["---"] * shown.shape[1], *cells]
    body = "\n".join("| " + " | ".join(each) + " |" for each in lines)
    return f"## {title}\n\n每种情形 {draws} 次模拟。\n\n{body}\n"


def with_section(page: str, part: str, text: str) -> str:
    """``page`` with the section of ``part`` replaced, or added at the end."""
    marked = f"<!-- {part} -->\n{text}<!-- /{part} -->\n"
    pattern = re.compile(f"<!-- {part} -->.*?<!-- /{part} -->\n", re.DOTALL)
    if pattern.search(page):
        return pattern.sub(lambda _: marked, page)
    return page.rstrip("\n") + "\n\n" + marked


def main() -> None:
    """Run the parts asked for and write their sections."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=sorted(PARTS), action="append")
    parser.add_argument("--draws", type=int)
    asked = parser.parse_args()
    for part in asked.part or list(PARTS):
        title, usual, run = PARTS[part]
        draws = asked.draws or usual
        text = section(title, draws, run(draws))
        page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else HEAD
        PAGE.write_text(with_section(page, part, text), encoding="utf-8")
        print(f"{title}：已写入 {PAGE.relative_to(ROOT)}")


def _plain(value: object) -> str:
    if isinstance(value, float):
        return "—" if pd.isna(value) else f"{value:.0f}"
    text = str(value)
    for english, chinese in WORDS.items():
        text = text.replace(english, chinese)
    return text


if __name__ == "__main__":
    main()
