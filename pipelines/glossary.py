"""Writes GLOSSARY.md from the contracts, the vocabularies and the list of terms."""

from __future__ import annotations

import sys

from pipelines.domain.catalog import datasets
from pipelines.domain.dataset import Dataset
from pipelines.domain.fields import Field, Kind
from pipelines.reference import Vocabulary, rows_of, vocabularies
from pipelines.settings import ROOT, Settings

PATH = ROOT / "GLOSSARY.md"
_KINDS = {
    Kind.CODE: "代码",
    Kind.TEXT: "文字",
    Kind.UNIT: "单位",
    Kind.VOCABULARY: "选项",
    Kind.INTEGER: "整数",
    Kind.NUMBER: "数字",
    Kind.RATE: "比率 0–1",
    Kind.DATE: "日期",
    Kind.TIMESTAMP: "时间",
    Kind.MONTH: "月份",
    Kind.BOOLEAN: "是/否",
}


def glossary(settings: Settings) -> str:
    """The whole text of GLOSSARY.md."""
    parts = [
        "# 术语与数据约定\n\n由 `make glossary` 从代码与 `data/reference/` 生成，请勿手改。\n",
        _terms(settings),
        "## 数据集\n",
        *(_dataset(each) for each in datasets().values()),
        "## 选项\n",
        *(_vocabulary(each) for each in vocabularies(settings).values()),
    ]
    return "\n".join(parts)


def _terms(settings: Settings) -> str:
    terms = rows_of(settings.reference_root / "terms.csv")
    rows = [f"| {r['term']} | {r['english']} | {r['meaning']} |" for r in terms]
    return "\n".join(["## 术语\n", "| 中文 | English | 含义 |", "|---|---|---|", *rows, ""])


def _dataset(contract: Dataset) -> str:
    grain = "、".join(contract[name].label for name in contract.grain)
    head = f"### {contract.label} `{contract.name}`\n\n一行由 {grain} 唯一确定。\n"
    rows = [_field(each) for each in contract.fields]
    return "\n".join(
        [head, "| 列 | 标识 | 类型 | 必填 | 也认得 |", "|---|---|---|---|---|", *rows, ""]
    )


def _field(field: Field) -> str:
    kind = _KINDS[field.kind]
    if field.vocabulary:
        kind = f"{kind} `{field.vocabulary}`"
    aliases = "、".join(field.aliases)
    required = "是" if field.required else ""
    return f"| {field.label} | `{field.name}` | {kind} | {required} | {aliases} |"


def _vocabulary(vocabulary: Vocabulary) -> str:
    rows = [f"| {e.label} | `{e.code}` | {'、'.join(e.spellings)} |" for e in vocabulary.entries]
    return "\n".join(
        [f"### `{vocabulary.name}`\n", "| 名称 | 存为 | 也认得 |", "|---|---|---|", *rows, ""]
    )


def main() -> int:
    """Write the file."""
    PATH.write_text(glossary(Settings()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
