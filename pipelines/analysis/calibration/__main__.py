"""``make calibrate``: run the calibration and write docs/calibration.md."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable

import pandas as pd

from pipelines.analysis.calibration.association import (
    calibrate_intervals,
    calibrate_nulls,
    calibrate_planted,
)
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
    "intervals": ("关联分析：区间", 100, lambda draws: calibrate_intervals(draws)),
    "initiative": ("项目成效", 400, lambda draws: calibrate_initiative(draws, 11)),
    "surveys": ("问卷", 2000, lambda draws: calibrate_surveys(draws, 0)),
}
HEADERS = {
    "scenario": "情形",
    "n_units": "单位数",
    "n_months": "月数",
    "campaign": "活动集中程度",
    "n_adopters": "采用单位数",
    "n": "样本数",
    "metric": "量",
    "value": "值",
    "low": "区间下限",
    "high": "区间上限",
}


WORDS = {
    "coverage_interval": "95% 区间含真值的比例",
    "coverage_band": "95% 同时区间全部含真值的比例",
    "coverage": "95% 区间含真值的比例",
    "false_positive_rate": "无差别时判为有差别的比例",
    "false_positive_ancova": "没有效应时 p ≤ 0.05 的比例",
    "false_positive_naive": "没有效应时通行做法 p ≤ 0.05 的比例",
    "false_positive_told": "没有效应时页面写出差别的比例",
    "power_ancova": "有效应时 p ≤ 0.05 的比例",
    "power_naive": "有效应时通行做法 p ≤ 0.05 的比例",
    "power_told": "有效应时页面写出差别的比例",
    "after_bad_quarter_unseen": "采用单位挑自采用前三个月随机波动最差的（指标里看不出）",
    "after_bad_quarter": "采用单位挑自采用前三个月比自己以往差得最多的",
    "random": "采用单位由抽签决定，没有效应",
    "planted": "采用单位由抽签决定，有一个标准差的效应",
    "share ": "真实比例 ",
}
_CAMPAIGN = "“活动集中程度”是全部活动随共同季节和共同冲击变化的幅度（对数）"
NOTES = {
    "nulls": f"{_CAMPAIGN}。",
    "planted": f"{_CAMPAIGN}；真关联的大小是指标噪声的 0.2 个标准差。",
    "intervals": "四条真关联，大小 0.2；区间的算法和理由见 docs/adr/0008。",
    "initiative": "“通行做法”是双向固定效应的双重差分，按单位聚类的 t 检验，只作对照，产品不用。",
}


def section(title: str, draws: int, table: pd.DataFrame, note: str = "") -> str:
    """One part as Markdown: heading, number of draws, table with three decimals."""
    shown = table[[each for each in HEADERS if each in table]].rename(columns=HEADERS)
    cells = [
        [f"{v:.3f}" if isinstance(v, float) and not v.is_integer() else _plain(v) for v in row]
        for row in shown.itertuples(index=False)
    ]
    lines = [list(shown.columns), ["---"] * shown.shape[1], *cells]
    body = "\n".join("| " + " | ".join(each) + " |" for each in lines)
    return f"## {title}\n\n每种情形 {draws} 次模拟。{note}\n\n{body}\n"


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
        text = section(title, draws, run(draws), NOTES.get(part, ""))
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
