"""步骤词表: the sets of steps in force, where they come from, and steps that none of them has."""

from __future__ import annotations

import difflib

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.components.page import error_note, source_note
from dashboard.components.tables import csv_download, table
from dashboard.escape import markdown
from dashboard.format import count
from pipelines.settings import Settings
from pipelines.step_vocabulary import StepVocabulary, step_vocabulary


def show_step_vocabulary(settings: Settings) -> None:
    """The tab 步骤词表; a bad own file is told and the default stays."""
    found = step_vocabulary(settings)
    if found.problem:
        error_note(found.problem)
    used = data.query("step_sets_used") if data.has_mart() else pd.DataFrame()
    st.markdown(markdown(vocabulary_sentence(found)))
    frame = sets_frame(found, used)
    table(frame, alt="现行的步骤词表：每一套的步骤、先后和来自哪里")
    csv_download(frame, file_stem="步骤词表_现行")
    source_note(
        "每项重点任务按台账里出现的步骤归入最相符的一套；一样相符时归入步数少的一套。"
        "本单位有自己的说法时，在存储目录放本单位的步骤词表（文件名和列见使用说明，与默认的相同），"
        "整份替换默认词表；改后重新汇总即生效，汇总版本随之改变。"
    )
    if data.has_mart():
        _unlisted(found)


def vocabulary_sentence(found: StepVocabulary) -> str:
    """How many sets, and whose."""
    steps = len({step for each in found.sets for step in each.steps})
    whose = "来自本单位的步骤词表" if found.is_local else "来自产品默认的词表"
    return f"现用 {len(found.sets)} 套步骤，共 {steps} 种说法，{whose}。"


def sets_frame(found: StepVocabulary, used: pd.DataFrame) -> pd.DataFrame:
    """One row a set; ``used``: the query step_sets_used, empty without a build."""
    tasks = {} if used.empty else dict(zip(used["step_set"], used["task_count"], strict=True))
    return pd.DataFrame(
        [
            {
                "名称": each.name,
                "步骤（按先后）": " → ".join(each.steps),
                "步数": len(each.steps),
                "用它的重点任务（项）": count(tasks.get(each.name, 0)),
                "来自": "本单位" if found.is_local else "默认",
                "说明": each.note,
            }
            for each in found.sets
        ]
    )


def unlisted_frame(unlisted: pd.DataFrame, found: StepVocabulary) -> pd.DataFrame:
    """step_names_unlisted with the step of the vocabulary that is nearest."""
    known = sorted({step for each in found.sets for step in each.steps})
    nearest = [difflib.get_close_matches(each, known, n=1) for each in unlisted["step"]]
    return pd.DataFrame(
        {
            "台账里的写法": unlisted["step"],
            "行数": unlisted["row_count"],
            "重点任务（项）": unlisted["task_count"],
            "是不是": ["、".join(each) for each in nearest],
        }
    )


def _unlisted(found: StepVocabulary) -> None:
    unlisted = data.query("step_names_unlisted")
    if unlisted.empty:
        return
    st.markdown(
        markdown(
            f"任务步骤台账里有 {len(unlisted)} 种写法不在词表里：照常显示，排在最后并标明词表外。"
        )
    )
    frame = unlisted_frame(unlisted, found)
    table(frame, alt="任务步骤台账里不在词表的写法")
    csv_download(frame, file_stem="步骤词表_词表外")
