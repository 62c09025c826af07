"""The latent ledger in words and as tables; pure."""

from __future__ import annotations

from datetime import date

import pandas as pd

from dashboard import format as fmt
from pipelines.analysis.claims import (
    NOT_REALISED,
    PENDING,
    REALISED,
    UNDECIDED,
    Claim,
    realisation_rate,
)
from pipelines.analysis.promises import promised_amount
from pipelines.domain.months import month_of

SHAPES = {
    REALISED: "● 已兑现",
    NOT_REALISED: "■ 未兑现",
    UNDECIDED: "○ 证据不足",
    PENDING: "△ 待显现",
}
UNRESOLVED = "单位或验证指标没有对上名册和指标库"
UNBRIDGED = "组织对照里没有这个党组织对应的行政单位，没有指标可以验证"


def claims_of(listed: pd.DataFrame, reached: pd.DataFrame) -> list[Claim]:
    """The rows of latent_claims that name a known unit and KPI, ready to be judged.

    ``reached [claim_id, unit_id, share]``: administrative units that stand for the claim's unit.
    """
    parts = parts_of(reached)
    found = listed.dropna(subset=["unit_id", "kpi_id"])
    return [
        Claim(
            claim_id=row["claim_id"],
            unit=row["unit_id"],
            through=parts[row["claim_id"]],
            kpi=row["kpi_id"],
            window_start=row["window_start"],
            window_end=row["window_end"],
            due_month=month_of(pd.Timestamp(row["due_on"]).date()),
            promised=promised_amount(
                _text(row["expected_change"]),
                _text(row["unit_of_measure"]),
                _text(row["direction"]),
            ),
        )
        for _, row in found.iterrows()
        if row["claim_id"] in parts
    ]


def parts_of(reached: pd.DataFrame) -> dict[str, tuple[tuple[str, float], ...]]:
    """Claim → its administrative units with their shares."""
    return {
        claim_id: tuple(zip(rows["unit_id"], rows["share"].astype(float), strict=True))
        for claim_id, rows in reached.groupby("claim_id")
    }


def judged(listed: pd.DataFrame, verdicts: pd.DataFrame, reached: pd.DataFrame) -> pd.DataFrame:
    """The ledger with its verdicts and ``through``, the units in words where a party organisation
    is judged by others; what could not be resolved is 证据不足 and says so."""
    both = listed.merge(verdicts, on="claim_id", how="left")
    resolved = both["unit_id"].notna() & both["kpi_id"].notna()
    why = pd.Series(UNRESOLVED, index=both.index).mask(resolved, UNBRIDGED)
    through = {claim_id: _through(rows) for claim_id, rows in reached.groupby("claim_id")}
    own = both["claim_id"].isin(
        both.merge(reached[["claim_id", "unit_id"]], on=["claim_id", "unit_id"])["claim_id"]
    )
    return both.assign(
        verdict=both["verdict"].fillna(UNDECIDED),
        reason=both["reason"].fillna(why),
        through=both["claim_id"].map(through).where(~own, ""),
    ).fillna({"through": ""})


def _through(rows: pd.DataFrame) -> str:
    whole = rows["share"].sum()
    named = zip(rows["unit_name"], rows["share"] / whole, strict=True)
    return "、".join(f"{name} {fmt.percent(share, 0)}" for name, share in named)


def of_units(
    ledger: pd.DataFrame, reached: pd.DataFrame, units: frozenset[str] | None
) -> pd.DataFrame:
    """The claims that are judged by one of ``units`` (administrative); None: all of them."""
    if units is None:
        return ledger
    held = reached.loc[reached["unit_id"].isin(units), "claim_id"]
    return ledger[ledger["claim_id"].isin(held)]


def ledger_sentence(ledger: pd.DataFrame) -> str:
    """How many promises, and ``rate_words``."""
    return f"{len(ledger)} 项潜绩承诺：{rate_words(ledger)}"


def rate_words(ledger: pd.DataFrame) -> str:
    """兑现率 of what is decided, with 证据不足 and 待显现 apart."""
    counts = ledger["verdict"].value_counts()
    met, missed, open_, waiting = (
        int(counts.get(each, 0)) for each in (REALISED, NOT_REALISED, UNDECIDED, PENDING)
    )
    rate = realisation_rate(ledger["verdict"])
    decided = met + missed
    said = (
        f"兑现率 {fmt.percent(rate)}（已兑现 {met} 项 ÷ 有结论 {decided} 项）"
        if decided
        else "还没有能下结论的承诺，不算兑现率"
    )
    return f"{said}；证据不足 {open_} 项、待显现 {waiting} 项另列"


def amount(value: float, unit: str | None) -> str:
    """A figure of a KPI with its unit."""
    return fmt.number_with_unit(value, _text(unit))


def effect_text(row: pd.Series) -> str:
    """The improvement against what was expected, with its interval in the same unit; or —."""
    if fmt.is_missing(row["effect"]):
        return fmt.MISSING
    unit = _text(row["unit_of_measure"])
    ends = unit if unit in fmt.MONEY_SCALES else None  # 万元 and 元 may stand at the two ends
    low, high = (fmt.change(row[each], ends) for each in ("low", "high"))
    return f"{fmt.change(row['effect'], unit)}（95% 区间 {low} 至 {high}）"


def ledger_table(ledger: pd.DataFrame) -> pd.DataFrame:
    """The ledger by due date under Chinese names."""
    return pd.DataFrame(
        {
            "到期日": [_day(day) for day in ledger["due_on"]],
            "判断": ledger["verdict"].map(SHAPES),
            "单位": ledger["unit_name"],
            "作用机制": ledger["mechanism"],
            "验证指标": ledger["kpi_name"],
            "承诺": ledger["expected_change"].fillna(fmt.MISSING),
            "比预期改善": [effect_text(row) for _, row in ledger.iterrows()],
            "依据": ledger["reason"],
            "窗口": [_window(row) for _, row in ledger.iterrows()],
            "责任岗位": ledger["owner_post"].fillna(fmt.MISSING),
            "编号": ledger["claim_id"],
        }
    )


def evidence_lines(row: pd.Series) -> list[str]:
    """The verdict on one claim and the figures it rests on, one sentence each."""
    unit = _text(row["unit_of_measure"])
    lines = [
        f"{SHAPES[row['verdict']]}：{row['reason']}。",
        f"承诺：{_text(row['expected_change']) or '没有写明'}；窗口 {_window(row)}，"
        f"到期 {_day(row['due_on'])}，责任岗位 {_text(row['owner_post']) or '没有写明'}。",
    ]
    if row["through"]:
        lines.append(f"党组织没有自己的指标，按组织对照看行政单位：{row['through']}。")
    if fmt.is_missing(row["effect"]):
        return lines
    sign = -1.0 if row["direction"] == "down" else 1.0
    signed = row["direction"] == "band"
    if not signed:
        before, expected, inside = (
            amount(sign * row[each], unit) for each in ("before", "expected", "inside")
        )
        lines.append(
            f"窗口前平均 {before}（{fmt.count(row['n_before'])} 个月）；按自身走势和可比单位，"
            f"窗口内预期 {expected}，实际 {inside}（{fmt.count(row['n_inside'])} 个月）。"
        )
    lines.append(f"比预期改善 {effect_text(row)}，可比单位 {fmt.count(row['n_controls'])} 个。")
    return lines


def _window(row: pd.Series) -> str:
    return f"{fmt.month_label(row['window_start'])}—{fmt.month_label(row['window_end'])}"


def _day(day: object) -> str:
    return fmt.MISSING if fmt.is_missing(day) else fmt.day_label(_date(day))


def _date(day: object) -> date:
    return pd.Timestamp(day).date()


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
