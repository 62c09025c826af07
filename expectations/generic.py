"""Rules about whole tables that several datasets share: grain, known names, lasting too long."""

from __future__ import annotations

from expectations.builders import CRITICAL, WARNING
from expectations.queries import QueryRule
from expectations.rules import Missing
from pipelines.domain.dataset import Dataset
from pipelines.domain.fields import Kind
from pipelines.domain.findings import Severity


def one_row_per_grain(dataset: Dataset) -> QueryRule:
    """One row per grain in one file.

    Every row of a repeated grain is critical, the first one and identical copies too: the file
    does not say which one is meant, and keeping the first would be a guess nobody sees.
    """
    labels = "、".join(f"“{dataset[name].label}”" for name in dataset.grain)
    single = len(dataset.grain) == 1
    key = ", ".join(f'''"{name}" := {_column(name)}''' for name in dataset.grain)
    texts = ", ".join(f"coalesce({_column(name)}::varchar, '空')" for name in dataset.grain)
    return QueryRule(
        id=f"{dataset.name}.grain.unique",
        dataset=dataset.name,
        label=f"{labels}不重复",
        severity=CRITICAL,
        why=f"{labels}相同的行不止一行：{{shown}}",
        how="请只保留正确的一行，其余删除后重新上传",
        column=dataset.grain[0],
        missing=Missing.SKIP if single else Missing.COUNT,
        sql="grain",
        subject=f"struct_pack({key}) as key, concat_ws(' · ', {texts}) as shown, "
        f"{_column(dataset.grain[0])} as value",
    )


def query(
    dataset: Dataset,
    column: str,
    name: str,
    *,
    sql: str,
    label: str,
    why: str,
    how: str,
    severity: Severity = WARNING,
    columns: tuple[str, ...] = (),
    missing: Missing = Missing.SKIP,
    needs: tuple[str, ...] = (),
    subject: str = "",
    counted: str = "incoming",
) -> QueryRule:
    """The select sql/<sql>.sql as a rule that points at ``column``."""
    return QueryRule(
        id=f"{dataset.name}.{column}.{name}",
        dataset=dataset.name,
        label=label,
        severity=severity,
        why=why,
        how=how,
        column=column,
        columns=columns,
        missing=missing,
        needs=needs,
        sql=sql,
        subject=subject,
        counted=counted,
    )


def known_unit(dataset: Dataset, name: str, *, at: str = "") -> tuple[QueryRule, QueryRule]:
    """``name`` is in the roster, and was at the time ``at`` (the period of the dataset)."""
    period = at or dataset.period_field or ""
    label, at_label = dataset[name].label, dataset[period].label if period else ""
    subject = f"{_column(name)} as written, {_month(dataset, period)} as month"
    known = query(
        dataset,
        name,
        "known",
        label=f"“{label}”在单位名册里",
        why="单位名册里没有“{value}”（共 {_count} 行），入库后暂不显示在看板上",
        how="{asked}请改正名称，或在单位名册里补上这个名称或别名",
        needs=("units",),
        sql="unit_known",
        subject=subject,
    )
    valid = query(
        dataset,
        name,
        "valid",
        label=f"“{label}”在“{at_label}”当月有效",
        why="“{value}”的有效期是{validity}，{month}不在其中（共 {_count} 行），"
        "入库后暂不显示在看板上",
        how="{asked}请改用当时的单位名称，或在单位名册里改正成立、撤销日期",
        columns=(name, period),
        needs=("units",),
        sql="unit_valid",
        subject=subject,
    )
    return known, valid


def known_kpi(dataset: Dataset, name: str, *, at: str = "") -> tuple[QueryRule, QueryRule]:
    """``name`` is in the KPI register, and was defined at the time ``at``."""
    period = at or dataset.period_field or ""
    label, at_label = dataset[name].label, dataset[period].label if period else ""
    subject = f"{_column(name)} as written, {_month(dataset, period)} as month"
    known = query(
        dataset,
        name,
        "known",
        label=f"“{label}”在指标库里",
        why="指标库里没有“{value}”（共 {_count} 行），入库后只显示数值，不计算达成率",
        how="{asked}请改正名称，或在指标库里补上这个名称或别名",
        needs=("kpi_definitions",),
        sql="kpi_known",
        subject=subject,
    )
    defined = query(
        dataset,
        name,
        "defined",
        label=f"“{label}”在“{at_label}”当月已有定义",
        why="“{value}”从 {since} 起才有定义，{month}还没有（共 {_count} 行）",
        how="请核对月份；当时已在考核请在指标库里改正生效日期",
        columns=(name, period),
        needs=("kpi_definitions",),
        sql="kpi_defined",
        subject=subject,
    )
    return known, defined


def in_tree(dataset: Dataset, name: str, tree: str) -> QueryRule:
    """``name`` is a code of the roster, in the tree ``tree`` (party or admin)."""
    label = dataset[name].label
    words = "党组织" if tree == "party" else "行政单位"
    return query(
        dataset,
        name,
        f"in_{tree}_tree",
        label=f"“{label}”是单位名册里的{words}",
        why="代码“{value}”：{problem}（共 {_count} 行）",
        how=f"请核对代码；单位名册里的组织树应是{words}",
        needs=("units",),
        sql="unit_in_tree",
        subject=f"{_column(name)} as written, '{tree}' as tree",
    )


def lasts_at_most(dataset: Dataset, later: str, earlier: str, *, days: int) -> QueryRule:
    """From ``earlier`` to ``later`` it is at most ``days`` days."""
    words = "24 小时" if days == 1 else f"{days} 天"
    first, last = dataset[earlier].label, dataset[later].label
    return query(
        dataset,
        later,
        f"within_{days}_days_of_{earlier}",
        label=f"“{first}”到“{last}”不超过 {words}",
        why=f"从“{first}”{{began}} 到“{last}”{{ended}} 超过 {words}",
        how="请核对两个时间，尤其是日期和年份",
        columns=(later, earlier),
        sql="lasting",
        subject=f"{_column(earlier)} as began, {_column(later)} as ended, {days} as days, "
        f"{_column(later)} as value",
    )


def refers_to(
    dataset: Dataset,
    name: str,
    target: Dataset,
    *,
    effect: str,
    where: str = "true",
    among: str = "",
    severity: Severity = WARNING,
) -> QueryRule:
    """``name`` is the number of a record of ``target``; ``effect``: what follows if it is not.

    ``where``: condition in SQL for the rows that refer to ``target``. ``among``: where numbers
    are found, as a select of one column; by default those stored.
    """
    label, register = dataset[name].label, target.label
    own = f'select "{target.grain[0]}" from known.{target.name}'  # noqa: S608 of the contract
    numbers = among or own
    return query(
        dataset,
        name,
        f"in_{target.name}",
        label=f"“{label}”在{register}里",
        severity=severity,
        why=f"{register}里没有“{{value}}”（共 {{_count}} 行），{effect}",
        how=f"请核对；{register}还没有上传的请先上传",
        needs=(target.name,),
        sql="refers_to",
        subject=f"{_column(name)} as written, "
        f"not ({where}) or {_column(name)} in ({numbers}) as is_there",
    )


def _column(name: str) -> str:
    return f'incoming."{name}"'


def _month(dataset: Dataset, name: str) -> str:
    """The month of a field as text, null without a field."""
    if not name:
        return "null::varchar"
    if dataset[name].kind is Kind.MONTH:
        return _column(name)
    return f"strftime({_column(name)}, '%Y-%m')"
