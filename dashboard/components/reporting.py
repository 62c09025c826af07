"""Who has reported what for a month: sentences, tables and the list to remind with."""

from __future__ import annotations

import io
import re
from datetime import date

import pandas as pd
from openpyxl import Workbook

from dashboard import format as fmt
from dashboard.components.trace import Trace
from dashboard.escape import spreadsheet
from pipelines.reporting import Report, reports

STATES = ("按时", "迟报", "补传", "未报", "未到期")
SHAPES = {
    "按时": "● 按时",
    "迟报": "▲ 迟报",
    "补传": "◇ 补传",
    "未报": "■ 未报",
    "未到期": "○ 未到期",
}
TREES = {"party": "党组织", "admin": "行政单位"}
REMINDER = {
    "unit_name": "单位",
    "unit_id": "单位代码",
    "parent_name": "上级单位",
    "tree_label": "类别",
    "dataset_label": "数据表",
    "month_label": "月份",
    "due_label": "应报期限",
    "basis": "应报依据",
}
RECEIVED = {
    "unit_name": "单位",
    "dataset_label": "数据表",
    "state_label": "情况",
    "due_label": "应报期限",
    "received_label": "收到时间",
    "file_name": "文件",
    "uploaded_by": "提交岗位",
    "new_month_count": "当天首次收到的月份数",
}
OWED = {
    "unit_name": "单位",
    "dataset_label": "数据表",
    "state_label": "情况",
    "due_label": "应报期限",
    "received_label": "收到时间",
    "basis": "应报依据",
}
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


def as_seen(owed: pd.DataFrame, today: date) -> pd.DataFrame:
    """``owed`` with 未报 where the due day has passed since the newest upload."""
    late = (owed["state"] == "未到期") & (pd.to_datetime(owed["due_on"]).dt.date < today)
    return owed.assign(state=owed["state"].mask(late, "未报"))


def headline(month: str, owed: pd.DataFrame) -> str:
    """The finding in one sentence: units that owe a report, and how many owe it still."""
    units = owed["unit_id"].nunique()
    start = f"{fmt.month_label(month)}：{units} 个单位应报"
    waiting = owed.loc[owed["state"] == "未到期", "unit_id"].nunique()
    missing = owed.loc[owed["state"] == "未报", "unit_id"].nunique()
    late = owed.loc[owed["state"] == "迟报", "unit_id"].nunique()
    if missing:
        return f"{start}，{missing} 个未报"
    if waiting:
        return f"{start}，{waiting} 个还没报，期限未到"
    return f"{start}，全部收到" + (f"，其中 {late} 个迟报" if late else "")


def complete_rate(owed: pd.DataFrame) -> float | None:
    """Received ÷ owed and due; None when nothing is due yet."""
    due = owed[owed["state"] != "未到期"]
    return None if due.empty else float((due["state"] != "未报").mean())


def on_time_rate(owed: pd.DataFrame) -> float | None:
    """On time ÷ on time and late; None when nothing that came is judged."""
    judged = owed[owed["state"].isin(["按时", "迟报"])]
    return None if judged.empty else float((judged["state"] == "按时").mean())


def on_time_note(owed: pd.DataFrame) -> str:
    """What the on-time rate is of, or why there is none."""
    brought = owed[owed["state"] == "补传"]
    if on_time_rate(owed) is not None:
        return f"收到的份数中按时的比重，补传的 {fmt.count(len(brought))} 份不在内"
    if brought.empty:
        return "还没有收到，不评早晚"
    days = sorted({fmt.day_label(each) for each in brought["received_at"]})
    when = days[0] if len(days) == 1 else f"{len(days)} 天"
    return f"收到的 {fmt.count(len(brought))} 份都是补传的历史月份（{when}入库），不评早晚"


def owed_trace(month: str, owed: pd.DataFrame) -> Trace:
    """从哪来 of the rates and the counts: every report owed, and the file that it came in."""
    labelled = _labelled(month, owed)
    due, judged = owed["state"] != "未到期", owed["state"].isin(["按时", "迟报"])
    return Trace(
        title=f"应报的 {len(owed)} 份 · {fmt.month_label(month)}",
        definition="名册“应报数据”写明、或由近六个月报过什么推断的，每单位每种数据一份。",
        formula="完整率 = 已收到 ÷ 应报且已到期；及时率 = 按时 ÷（按时 + 迟报）",
        again=(
            f"由下面 {fmt.count(len(owed))} 行重算：完整率 {fmt.percent(complete_rate(owed))}"
            f" ＝ {int((due & (owed['state'] != '未报')).sum())} ÷ {int(due.sum())}，"
            f"及时率 {fmt.percent(on_time_rate(owed))}"
            f" ＝ {int((owed['state'] == '按时').sum())} ÷ {int(judged.sum())}。"
            "收到与否看文件，没有行号。"
        ),
        rows=owed.assign(sheet=None, source_row=pd.NA),
        shown=labelled[list(OWED)].rename(columns=OWED),
        stem=f"owed_{month}",
    )


def matrix(owed: pd.DataFrame) -> pd.DataFrame:
    """One row a dataset and tree: how many reports stand in each state, and the due day."""
    rows = []
    for (dataset, tree), part in owed.groupby(["dataset", "tree"], sort=False):
        counts = part["state"].value_counts()
        rows.append(
            {
                "数据表": label_of(str(dataset)),
                "类别": TREES.get(str(tree), str(tree)),
                "应报": len(part),
                **{SHAPES[state]: int(counts.get(state, 0)) for state in STATES},
                "完整率": fmt.percent(complete_rate(part)),
                "期限": fmt.day_label(pd.Timestamp(part["due_on"].iloc[0])),
            }
        )
    return pd.DataFrame(rows)


def reminder(month: str, owed: pd.DataFrame) -> pd.DataFrame:
    """Reports that have not come, in the order of datasets and unit codes; Chinese columns."""
    missing = _labelled(month, owed[owed["state"].isin(["未报", "未到期"])])
    return missing[list(REMINDER)].rename(columns=REMINDER)


def received(month: str, owed: pd.DataFrame) -> pd.DataFrame:
    """Reports that have come with when and in which file; Chinese columns."""
    came = _labelled(month, owed[owed["received_at"].notna()])
    return came[list(RECEIVED)].rename(columns=RECEIVED)


def label_of(dataset: str) -> str:
    """The Chinese name of a monthly report."""
    return next((each.label for each in reports() if each.dataset == dataset), dataset)


def due_rule(rules: tuple[Report, ...]) -> str:
    """How 按时, 迟报 and 补传 are told apart, in words."""
    days = "；".join(f"{each.label}次月 {each.due_day} 日" for each in rules)
    least = min((each.backfill_months for each in rules), default=0)
    return (
        f"期限：{days}前（含当日）。收到时间是文件首次入库的时间。"
        f"期限后的某一天一次收到同一单位同一数据表 {least} 个及以上新月份的，"
        "按“补传历史数据”计，只算收到、不评早晚；逐月报来的才评按时或迟报。"
    )


def basis_notes(owed: pd.DataFrame, unknown: pd.DataFrame) -> list[str]:
    """Why these units and reports are owed. ``unknown``: word, unit_count."""
    notes = []
    inferred = owed.loc[owed["is_inferred"], "unit_id"].nunique()
    if inferred:
        notes.append(
            f"{inferred} 个单位的名册没有写“应报数据”，应报由近六个月（含本月）报过什么推断；"
            "在名册里写明后以名册为准。"
        )
    if not unknown.empty:
        words = "、".join(f"{row.word}（{row.unit_count} 个单位）" for row in unknown.itertuples())
        notes.append(f"名册“应报数据”里不是按月报送的、或认不出的写法，没有计入：{words}。")
    notes.append("当月建立或撤销的单位当月不计应报。台账里当月没有一条记录的，看作未报。")
    return notes


def workbook_bytes(frame: pd.DataFrame, *, sheet: str) -> bytes:
    """The frame as XLSX of text cells in which nothing runs as a formula."""
    book = Workbook()
    page = book.active
    page.title = sheet
    page.append(list(frame.columns))
    for row in frame.astype(object).to_numpy():
        page.append([_cell(value) for value in row])
    page.freeze_panes = "A2"
    for column in page.columns:
        widest = max(len(str(cell.value or "")) for cell in column)
        page.column_dimensions[column[0].column_letter].width = min(2 * widest + 4, 48)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _cell(value: object) -> object:
    if fmt.is_missing(value) and not isinstance(value, str):
        return ""
    return spreadsheet(_CONTROLS.sub(" ", value)) if isinstance(value, str) else value


def _labelled(month: str, owed: pd.DataFrame) -> pd.DataFrame:
    return owed.assign(
        tree_label=owed["tree"].map(TREES),
        dataset_label=owed["dataset"].map(label_of),
        state_label=owed["state"].map(SHAPES),
        month_label=fmt.month_label(month),
        due_label=[fmt.day_label(pd.Timestamp(each)) for each in owed["due_on"]],
        received_label=[
            "" if fmt.is_missing(each) else fmt.moment_label(pd.Timestamp(each))
            for each in owed["received_at"]
        ],
        basis=owed["is_inferred"].map({True: "近六个月报过（推断）", False: "名册“应报数据”"}),
    )
