"""Previews made by hand: what the page shows of every part, without a file or a desk."""

from __future__ import annotations

from dataclasses import replace

from pipelines.domain.findings import Finding, Severity
from pipelines.intake.choices import Choices
from pipelines.intake.inspection import (
    Change,
    ColumnMatch,
    Difference,
    Inspection,
    Option,
    Question,
    Region,
    SkippedRow,
)

DIGEST = "d1"
REGION = Region(
    sheet="3月",
    header_row=3,
    header_last=4,
    first_row=5,
    last_row=20,
    context=(("月份", "2026年3月", 1), ("单位", "万元", 2)),
    fingerprint="a" * 64,
)
UNIT = ColumnMatch(
    index=0, header="单位", field="unit", label="单位", how="名称一致", sample="销售部、生产部"
)
SUGGESTED = ColumnMatch(
    index=1,
    header="本月 / 完成*数*",
    field=None,
    label=None,
    how="像“实际”：下面都是数字",
    suggestion="actual",
)
NOTE = ColumnMatch(index=2, header="说明", field="note", label="备注", how="“备注”的常见写法")
MONTH = ColumnMatch(
    index=27,
    header="3月 / 目标",
    field="target",
    label="目标",
    how="名称一致",
    period="2026-01..2026-03",
    cumulative=True,
    topic="营业收入",
    measure="万元",
)
PERSONAL = ColumnMatch(index=4, header="联系电话", field=None, label=None, how="已丢弃：电话")
OCTOBER = Question(
    id="month:2026.1",
    text="“2026.1”是 1 月还是 10 月？",
    options=(Option(value="2026-01", label="2026年1月"), Option(value="2026-10", label="10月")),
    rows=(5, 6),
    count=2,
)
WHICH_MONTH = Question(id="context:month", text="这张表是哪个月的？", options=(), count=16)
_PLAIN = Inspection(
    dataset="kpi_values",
    dataset_label="业务指标月报",
    encoding="gb18030",
    delimiter=",",
    raw_head=("2026年3月", "单位：万元", "单位,本月", ",完成数", "销售部,1", "张某,2"),
    regions=(REGION,),
    columns=(UNIT, SUGGESTED, NOTE, MONTH, PERSONAL),
    missing=(),
    row_count=16,
    file_name="月报.csv",
    sha256="f" * 64,
    size=1234,
    choices=Choices(),
    staged=None,  # type: ignore[arg-type]
    digest="x",
    good_count=16,
)
DIFFERENCE = Difference(
    new=1,
    changed=2,
    unchanged=3,
    vanished=4,
    changes=(Change(key="销售部 · 2026年3月", column="实际", old="90", new="110"),),
    vanished_keys=("生产部 · 2026年3月 · 利润",),
    by_scope=(("销售部", "2026-03", 1, 2, 3, 4), ("生产部", "—", 1, 0, 0, 0)),
    scopes=9,
)
SKIPPED_ROWS = (
    SkippedRow(row=9, reason="“小计”是几行之和", kind="subtotal"),
    SkippedRow(row=0, reason="隐藏的工作表不读", kind="hidden_sheet", sheet="底稿"),
)
FINDINGS = (
    Finding(severity=Severity.WARNING, rule="w", why="很大", how="请核对", row=3, column="目标"),
    Finding(
        severity=Severity.CRITICAL,
        rule="c",
        why="不是数字",
        how="请填数字",
        row=7,
        column="实际",
        value="ABC待核",
    ),
    Finding(severity=Severity.INFO, rule="i", why="没有密级列", how="不用改"),
)
PREVIEWS: dict[str, Inspection] = {
    "plain": _PLAIN,
    "remembered": replace(_PLAIN, regions=(replace(REGION, remembered=True),)),
    "missing": replace(_PLAIN, missing=("月份", "指标")),
    "asking": replace(_PLAIN, questions=(OCTOBER, WHICH_MONTH)),
    "differing": replace(_PLAIN, difference=DIFFERENCE),
    "replacing": replace(_PLAIN, difference=DIFFERENCE, choices=Choices(replaces=True)),
    "skipping": replace(_PLAIN, skipped=SKIPPED_ROWS),
    "finding": replace(_PLAIN, findings=FINDINGS, findings_omitted=1200),
    "mapped": replace(_PLAIN, choices=Choices(columns={"本月 / 完成*数*": "actual"})),
    "workbook": replace(_PLAIN, encoding=None, delimiter=None, raw_head=()),
}
