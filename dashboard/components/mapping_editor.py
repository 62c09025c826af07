"""Step 3: which column is read as which field, why, and how a person changes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import streamlit as st

from dashboard.components.reading import choices_of, choose
from dashboard.escape import markdown
from pipelines.domain.catalog import datasets
from pipelines.domain.dataset import Dataset
from pipelines.domain.periods import Period
from pipelines.intake.choices import IGNORED
from pipelines.intake.inspection import ColumnMatch, Inspection

SHOWN = 60
LETTERS_NAMED = 6


@dataclass(frozen=True, kw_only=True)
class Line:
    """The columns under one header path, which are read alike: by one choice of a person."""

    header: str
    matches: tuple[ColumnMatch, ...]

    @property
    def first(self) -> ColumnMatch:
        return self.matches[0]

    @property
    def field(self) -> str:
        return self.first.field or IGNORED

    @property
    def group(self) -> str:
        if self.first.field:
            return "已对应"
        return "待确认" if self.first.suggestion else "未使用"


GROUPS = ("待确认", "已对应", "未使用")


def mapping(inspection: Inspection) -> str:
    """How many columns were recognised, which personal ones were dropped, in a few words."""
    used = sum(each.field is not None for each in inspection.columns)
    text = f"{len(inspection.columns)} 列中用到 {used} 列"
    waiting = sum(each.group == "待确认" for each in lines(inspection))
    if waiting:
        text += f" · {waiting} 列有建议待确认"
    if inspection.dropped_columns:
        text += f" · 个人信息 {len(inspection.dropped_columns)} 列已丢弃"
    return text


def lines(inspection: Inspection) -> list[Line]:
    """The columns a person may decide about, by header path, in file order."""
    found: dict[str, list[ColumnMatch]] = {}
    for each in inspection.columns:
        if not each.dropped:
            found.setdefault(each.header, []).append(each)
    return [Line(header=header, matches=tuple(each)) for header, each in found.items()]


def mapping_step(inspection: Inspection, *, digest: str) -> None:
    """Remembered or not, what was dropped, and a choice per column."""
    if any(each.remembered for each in inspection.regions):
        st.caption("按已确认的对应读取。要改就在下面改，确认入库后记住新的对应。")
    if inspection.dropped_columns:
        names = "、".join(inspection.dropped_columns)
        st.warning(markdown(f"个人信息列已丢弃，原始文件也不保存：{names}"))
    found = lines(inspection)
    chosen = _group(found, digest)
    shown = [each for each in found if chosen in (None, each.group)]
    _editor(shown[:SHOWN], datasets()[inspection.dataset], digest)
    if len(shown) > SHOWN:
        st.caption(f"先列出前 {SHOWN} 列，共 {len(shown)} 列；改好这些后再显示其余的。")


def _group(found: list[Line], digest: str) -> str | None:
    """Show only the columns that wait, are used or are not; all when nothing is chosen."""
    counts = {name: sum(each.group == name for each in found) for name in GROUPS}
    return st.pills(
        "只看",
        [name for name in GROUPS if counts[name]],
        format_func=lambda name: f"{name} {counts[name]} 列",
        key=f"group_{digest}",
    )


def _editor(shown: list[Line], contract: Dataset, digest: str) -> None:
    keys = {each.header: f"map_{digest}_{each.header}_{each.field}" for each in shown}

    def apply(accepted: Iterable[Line]) -> None:
        chosen = {each.header: st.session_state[keys[each.header]] for each in shown}
        changed = {
            each.header: chosen[each.header] for each in shown if each.field != chosen[each.header]
        }
        taken = {each.header: str(each.first.suggestion) for each in accepted}
        columns = {**choices_of(digest).columns, **changed, **taken}
        choose(digest, columns=columns)

    with st.form(f"mapping_{digest}", border=False):
        for each in shown:
            _row(each, contract, keys[each.header], apply)
        buttons = st.container(horizontal=True)
        with buttons:
            st.form_submit_button(
                "按这个对应重新读取", key=f"apply_{digest}", on_click=apply, args=((),)
            )
            suggested = [each for each in shown if each.group == "待确认"]
            if len(suggested) > 1:
                st.form_submit_button(
                    f"采用全部建议（{len(suggested)} 列）",
                    key=f"accept_all_{digest}",
                    on_click=apply,
                    args=(suggested,),
                )
    if choices_of(digest).columns:
        st.button(
            "恢复自动对应",
            key=f"automatic_{digest}",
            on_click=lambda: choose(digest, columns={}),
        )


def _row(line: Line, contract: Dataset, key: str, apply: Callable[[Iterable[Line]], None]) -> None:
    told, choice = st.columns([3, 2], vertical_alignment="center")
    with told:
        st.markdown(f"**{_letters(line)}**　{markdown(line.header) or '（没有表头）'}")
        st.caption(markdown(_facts(line)))
    with choice:
        options = [IGNORED, *contract.names]
        labels = _labels(contract)
        st.selectbox(
            markdown(f"{line.header} 读作"),
            options,
            index=options.index(line.field) if line.field in options else 0,
            format_func=lambda name: labels[name],
            key=key,
            label_visibility="collapsed",
        )
        if line.group == "待确认":
            label = labels.get(str(line.first.suggestion), "")
            st.form_submit_button(
                f"采用建议：{markdown(label)}", key=f"accept_{key}", on_click=apply, args=([line],)
            )


def _labels(contract: Dataset) -> Mapping[str, str]:
    named = {
        each.name: each.label + ("（必需）" if each.required else "") for each in contract.fields
    }
    return {IGNORED: "不使用", **named}


def _facts(line: Line) -> str:
    """Sample, reason, and what the header itself says of month, KPI and unit."""
    first = line.first
    facts = [f"依据：{first.how}"]
    if first.sample:
        facts.insert(0, f"样例：{first.sample}")
    if first.period:
        start, _, end = first.period.partition("..")
        period = Period(first=start, last=end or start)
        facts.append(period.label + ("累计" if first.cumulative else ""))
    if first.topic:
        facts.append(f"指标 {first.topic}")
    if first.measure:
        facts.append(f"单位 {first.measure}")
    return "　".join(facts)


def _letters(line: Line) -> str:
    named = "、".join(letters(each.index) for each in line.matches[:LETTERS_NAMED])
    more = len(line.matches) - LETTERS_NAMED
    return named + (f" 等 {len(line.matches)} 列" if more > 0 else "")


def letters(index: int) -> str:
    """The name of a column as spreadsheets give it: 0 → A, 26 → AA."""
    text = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("A") + rest) + text
    return text
