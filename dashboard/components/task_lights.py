"""Key tasks: a light for each step with both sides and the gap in days, and phase coverage."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.charts import palette
from dashboard.components.page import empty_state
from dashboard.components.tables import csv_download, stacked, wide_or_narrow
from dashboard.components.trace import Trace, trace_button
from dashboard.escape import markdown
from dashboard.format import MISSING, count, day_label, days_apart, month_label

SYNCED, APART, ABSENT = "● 同步", "▲ 错开", "■ 党建未做"
WAITING, PARTY_FIRST, NOT_YET, BLANK = "○ 党建待做", "○ 仅党建已做", "○ 未开展", "— 台账未列"
PHASES = (1, 2, 3)
THIRDS = "前·中·后"
OVERDUE = "■ 逾期"
SHORT = {ABSENT: "■ 未做", WAITING: "○ 待做", PARTY_FIRST: "○ 仅党建", BLANK: MISSING}
SIDES = {"business": "业务", "party": "党建"}
SHAPES = "●▲■○"
WIDTHS = {"重点任务": 215, "完成期限": 160, THIRDS: 75, "责任单位": 125}
COLOURS = {"●": palette.BETTER, "▲": palette.WORSE_TEXT, "■": palette.WORSE_TEXT}
LEGEND = (
    "● 同步：党建与业务日期相差不超过 {days} 天；▲ 错开：相差更多（早、晚指党建比业务）；"
    "■ 党建未做：业务完成已过 {days} 天而党建没有日期；○ 未到。"
    "前·中·后：任务起止日期三等分，● 段内有党建步骤完成或有已确认挂接的活动，"
    "■ 段已过而没有，○ 未到。"
    "任务是否完成以台账最近一次为准。"
    "日期接近不说明内容结合。"
)


def task_lights(month: str, relations: Mapping[str, str] | None = None) -> None:
    """The key tasks that run in ``month`` as they stood at its end.

    ``relations``: unit_id → how the unit belongs to the page; None shows all tasks.
    """
    lights = running_tasks(month, relations)
    if lights.empty:
        empty_state(
            f"{month_label(month)}没有在办的重点任务。",
            "有重点任务而这里没有，请到“上传入库”提交重点任务和任务步骤，并核对责任单位的写法。",
        )
        return
    phases = data.query("task_phases", month=month)
    wide = lights_table(lights, phases)
    if relations is not None:
        wide["关系"] = _relation(lights, relations)
    st.markdown(markdown(lights_sentence(lights)))
    desk, phone = wide_or_narrow("lights")
    with desk:
        _lights(wide)
    with phone:
        stacked(lights_lines(wide))
        st.caption(markdown(f"步骤从左到右：{'、'.join(_order(lights))}。"))
    st.caption(markdown(LEGEND.format(days=count(lights["in_time_days"].iloc[0]))))
    with st.expander("看每一步的日期"):
        long = steps_table(lights)
        desk, phone = wide_or_narrow("steps")
        desk.dataframe(
            long,
            hide_index=True,
            placeholder=MISSING,
            alt="重点任务每一步的业务日期、党建日期和早晚",
        )
        with phone:
            stacked(steps_lines(long))
        csv_download(long, file_stem=f"task_steps_{month}")
    trace_button(partial(steps_trace, lights, month), key="task_steps_trace")


def steps_trace(lights: pd.DataFrame, month: str) -> Trace:
    """The rows of both sides of every step that has a light."""
    rows = data.query("task_step_rows")
    rows = rows[rows["task_id"].isin(lights["task_id"])]
    shown = pd.DataFrame(
        {
            "任务编号": rows["task_id"],
            "重点任务": rows["name"],
            "步骤": rows["step"],
            "哪一侧": rows["side"].map(SIDES),
            "完成日期": [day_label(each) for each in rows["done_on"]],
        }
    )
    return Trace(
        title=f"重点任务的步骤 · {month_label(month)}",
        definition=LEGEND.format(days=count(lights["in_time_days"].iloc[0])),
        formula="间隔 = 党建完成日期 − 业务完成日期；月末以后的日期当作还没有做",
        again=lights_sentence(lights),
        rows=rows,
        shown=shown,
        stem=f"task_step_rows_{month}",
    )


def _lights(shown: pd.DataFrame) -> None:
    st.dataframe(
        shown.style.map(light_colour),
        hide_index=True,
        placeholder=MISSING,
        alt="重点任务各步骤的同步情况",
        column_config={
            name: st.column_config.Column(width=width, pinned=name == "重点任务" or None)
            for name, width in WIDTHS.items()
        },
    )


def running_tasks(month: str, relations: Mapping[str, str] | None = None) -> pd.DataFrame:
    """The query ``task_lights`` for the units of ``relations`` (all when None), with ``light``."""
    lights = data.query("task_lights", month=month)
    if relations is not None:
        lights = lights[lights["unit_id"].isin(list(relations))]
    return lights.assign(light=[light_of(row) for row in lights.to_dict("records")])


def light_of(row: Mapping[str, object]) -> str:
    """What one step shows; empty for a task without steps."""
    if pd.isna(row["step"]):
        return ""
    if not row["is_reported"]:
        return BLANK
    if pd.isna(row["business_on"]):
        return NOT_YET if pd.isna(row["party_on"]) else PARTY_FIRST
    if pd.isna(row["party_on"]):
        gone = (row["last_day"] - row["business_on"]).days
        return ABSENT if gone > row["in_time_days"] else WAITING
    return SYNCED if abs(_gap(row)) <= row["in_time_days"] else APART


def lights_sentence(lights: pd.DataFrame) -> str:
    """How many tasks, how many of them overdue, and how their steps stand."""
    tasks = lights.drop_duplicates("task_id")
    shown = lights["light"].value_counts()
    parts = [f"{name[2:]} {count(shown.get(name, 0))} 步" for name in (SYNCED, APART, ABSENT)]
    late = int(tasks["is_overdue"].sum())
    return f"本期 {len(tasks)} 项（{late} 项逾期）：业务已完成的步骤中，" + "，".join(parts) + "。"


def lights_table(lights: pd.DataFrame, phases: pd.DataFrame) -> pd.DataFrame:
    """One row per task: name, due date, a column for each step, the three thirds, unit."""
    cells = {
        (row["task_id"], row["step"]): _cell(row)
        for row in lights.dropna(subset=["step"]).to_dict("records")
    }
    covered = {(row["task_id"], row["phase"]): _phase(row) for row in phases.to_dict("records")}
    order, rows = _order(lights), []
    for task in lights.drop_duplicates("task_id").to_dict("records"):
        key = task["task_id"]
        rows.append(
            {
                "重点任务": task["name"],
                "完成期限": _due(task),
                **{step: cells.get((key, step), "") for step in order},
                THIRDS: " ".join(covered.get((key, at), MISSING) for at in PHASES),
                "责任单位": task["unit_name"],
            }
        )
    return pd.DataFrame(rows)


def steps_table(lights: pd.DataFrame) -> pd.DataFrame:
    """One row per step with both dates."""
    steps = lights.dropna(subset=["step"])
    return pd.DataFrame(
        {
            "任务编号": steps["task_id"],
            "重点任务": steps["name"],
            "责任单位": steps["unit_name"],
            "对应指标": steps["kpi_name"].fillna(MISSING),
            "步骤": [
                step if listed else f"{step}（词表外）"
                for step, listed in zip(steps["step"], steps["is_listed"], strict=True)
            ],
            "业务完成": [day_label(day) for day in steps["business_on"]],
            "党建完成": [day_label(day) for day in steps["party_on"]],
            "党建比业务": [
                days_apart(each) for each in (steps["party_on"] - steps["business_on"]).dt.days
            ],
            "状态": steps["light"],
        }
    )


def steps_lines(steps: pd.DataFrame) -> list[str]:
    """The rows of ``steps_table`` as Markdown, which fit a phone."""
    return [
        f"{coloured(row['状态'])}　{markdown(row['重点任务'])} · {markdown(row['步骤'])}  \n"
        f"业务 {row['业务完成']}，党建 {row['党建完成']}；{markdown(row['责任单位'])}"
        for row in steps.to_dict("records")
    ]


def _gap(row: Mapping[str, object]) -> int:
    return (row["party_on"] - row["business_on"]).days


def _order(lights: pd.DataFrame) -> list[str]:
    """The steps of all tasks, by their place in their set."""
    steps = lights.dropna(subset=["step"]).groupby("step")["position"].min()
    return steps.sort_values(kind="stable").index.tolist()


def lights_lines(wide: pd.DataFrame) -> list[str]:
    """The rows of ``lights_table`` as Markdown, which fit a phone: due date, task, shapes."""
    steps = wide.columns[2 : list(wide.columns).index(THIRDS)]
    return [
        f"{coloured(row['完成期限'])}　{markdown(row['重点任务'])}  \n"
        f"步骤 {''.join(str(row[step])[:1] for step in steps) or MISSING}，"
        f"{THIRDS} {row[THIRDS].replace(' ', '')}"
        for row in wide.to_dict("records")
    ]


def _cell(row: Mapping[str, object]) -> str:
    """Shape and what a column has room for; the legend says the rest."""
    if row["light"] in (SYNCED, APART):
        return f"{row['light'][0]} {days_apart(_gap(row))}"
    return SHORT.get(row["light"], row["light"])


def _phase(row: Mapping[str, object]) -> str:
    if row["party_day_count"]:
        return "●"
    return "■" if row["is_over"] else "○"


def _due(task: Mapping[str, object]) -> str:
    if task["is_closed"]:
        return "● 已完成"
    words = day_label(task["due_on"])
    return f"{OVERDUE} {words}" if task["is_overdue"] else words


def _relation(lights: pd.DataFrame, relations: Mapping[str, str]) -> list[str]:
    return [relations[unit] for unit in lights.drop_duplicates("task_id")["unit_id"]]


def coloured(state: str) -> str:
    """A state as bold Markdown in the colour of its shape."""
    name = {"●": "blue", "▲": "orange", "■": "orange"}.get(state[:1])
    return f":{name}[**{markdown(state)}**]" if name else f"**{markdown(state)}**"


def light_colour(value: object) -> str:
    """Style of a cell by its shape; of several shapes, worse when one is, better when all are."""
    shapes = [each for each in str(value).replace(" ", "") if each in SHAPES]
    if len(shapes) > 1 and not set(shapes) <= {"●"}:
        shapes = [each for each in shapes if each in "▲■"]
    colour = COLOURS.get(shapes[0]) if shapes and str(value)[0] in SHAPES else None
    return f"color: {colour}" if colour else ""
