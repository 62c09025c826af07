"""显绩·潜绩: two axes that are never added up, the stock behind one, and what was promised."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import data, latent_axis
from dashboard.catalog import Page
from dashboard.components import empty_state, page_header
from dashboard.components.analysis import analysis
from dashboard.components.latent_axes import in_place, latent_quadrant, latent_validity
from dashboard.components.latent_estimate import latent_estimate, view_of
from dashboard.components.latent_ledger import kept_promises, latent_ledger
from dashboard.components.latent_place import Place, latent_place
from dashboard.components.latent_scenario import latent_scenario
from dashboard.components.stock_choice import stock_choice, stock_row
from dashboard.components.unplaced import lacking
from dashboard.format import month_label
from dashboard.latent_axis import Choice
from dashboard.latent_estimates import is_distinct, is_told, untold_sentence, untold_types
from dashboard.latent_positions import axis_sentence, nothing_sentence, stock_words
from pipelines.latent_runs import Latent, latent_of

PAGE = Page(title="显绩·潜绩", group="看", order=20, url_path="quadrant")
APART = "显绩和潜绩分开看，不合成一个分数，不用于个人；同向变化不等于因果。"
NEEDED = "需要至少 12 个单位、18 个连续月份同时有指标和活动；缺的月份补报后，这里会自动计算。"


def render() -> None:
    """The page."""
    if not data.has_mart() or data.query("attainment_unit_month").empty:
        page_header("显绩·潜绩")
        absent = lacking("units", "kpi_definitions", "kpi_values", "activities", "unit_bridge")
        empty_state(
            f"还没有可看的单位：没有一项指标判断得了达成{absent and f'，缺{absent}'}。",
            f"请到“上传入库”提交{absent or '有目标的业务指标月报，指标写法与指标库一致'}。",
        )
        return
    head = st.container()
    place = latent_place()
    told = _estimated(head, place)
    if told is None:
        with head:
            page_header("显绩·潜绩", f"{month_label(place.month)}，{place.who}。{APART}")
    if _scenario_wanted(told):
        latent_scenario(place)
    latent_ledger(place)


def _estimated(head: DeltaGenerator, place: Place) -> bool | None:
    """The estimated part; whether it can be told from nothing, else the scenario stands open.
    None: there is no estimate, and the page has no title yet."""
    reach, left, right = stock_row()
    if data.query("activity_unit_month").empty:
        absent = lacking("activities", "unit_bridge") or "能对上单位的党建活动"
        empty_state(f"不能估计存量：缺{absent}。", f"请到“上传入库”提交{absent}。")
        return None
    key = latent_axis.run_key(reach)
    outcome = analysis(key, what="估计潜绩存量", slot="latent")
    if outcome is None:
        return None
    found = latent_of(outcome, key)
    if not found.fits or found.evidence.empty:
        empty_state("数据不足：没有一项指标够得上估计潜绩存量。", _thin(found))
        return None
    choice, kpi_name = stock_choice(found, left, right)
    whole = view_of(found, choice, place.month, None)
    told = whole is not None and is_distinct(whole)
    known = whole is None or is_told(whole)
    what = stock_words(kpi_name, choice.source)
    if told:
        _drawn(head, found, choice, what, place)
    else:
        with head:
            page_header(nothing_sentence(what, place.month, told=known), APART)
        empty_state(
            f"所以不画估计的潜绩轴：{_why_not(found, choice, known)}",
            f"可以换{'一项指标或' if known else ''}一类活动；"
            "下面的情景只是约定的算法，不能代替估计。",
        )
    if known:
        latent_validity(found, choice, what)
    latent_estimate(found, choice, kpi_name, place)
    return told


def _drawn(head: DeltaGenerator, found: Latent, choice: Choice, what: str, place: Place) -> None:
    axis = latent_axis.estimated(found, choice, place.month)
    points = in_place(axis, place)
    with head:
        page_header(
            "显绩·潜绩" if points.empty else axis_sentence(points, place.group_words, place.month),
            f"潜绩看{what}的存量。{APART}",
        )
    latent_quadrant(axis, place, what)
    kept_promises(place)


def _why_not(found: Latent, choice: Choice, known: bool) -> str:
    if known:
        return "画出来的只会是偶然的高低。"
    return untold_sentence(untold_types(found.fits[choice.kpi], choice.source))


def _thin(found: Latent) -> str:
    reasons = "；".join(sorted(set(found.thin["reason"])))
    return f"{reasons}。{NEEDED}" if reasons else NEEDED


def _scenario_wanted(told: bool | None) -> bool:
    """Beside an estimate the scenario is opened when asked; without one it stands open."""
    return not told or st.toggle("另看情景：固定半衰期", key="scenario", bind="query-params")
