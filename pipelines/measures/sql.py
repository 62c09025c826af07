"""The SQL of measures, made of the registry: their values for the build, the rows behind one."""

from __future__ import annotations

from functools import cache

from pipelines.domain.measures import Additivity, Measure
from pipelines.measures.registry import measures

VALUES = "mart.measure_values"
PARTS = "mart.measure_parts"
_GRAIN = ("measure_id", "tree", "unit_id", "month")
EVERYTHING = "*"  # the unit_id of a whole tree


def tables() -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Name, select and grain of the tables that the registry makes."""
    return (VALUES, values_sql(), _GRAIN), (PARTS, parts_sql(), (*_GRAIN, "part"))


@cache
def values_sql(*ids: str) -> str:
    """Select of every measure for every unit with all below it, and for each tree as a whole.

    Of the measures ``ids`` only, where any are given.

    Columns: measure_id, tree, unit_id, month, numerator, denominator, value, row_count. A value
    is null where the denominator is 0.
    """
    selects = "\nunion all\n".join(
        _values(each) for name, each in measures().items() if name in ids or not ids
    )
    return f"-- Measures of a unit and all below it by month, from the registry.\n{selects}"


@cache
def parts_sql() -> str:
    """The columns of ``values_sql`` and ``part``, of the measures that are told part by part."""
    selects = "\nunion all\n".join(
        _values(each, part=each.part) for each in measures().values() if each.part
    )
    return f"-- Measures that are told part by part, from the registry.\n{selects}"


def counted(measure: Measure) -> str:
    """The fact rows that count in a measure with weighted numerator and denominator."""
    denominator = "cast(null as double)"
    kept = f"({measure.where}) and ({measure.numerator}) is not null"
    if measure.denominator is not None:
        denominator = f"facts.weight * ({measure.denominator})"
        kept += f" and ({measure.denominator}) is not null"
    own = "" if measure.additivity is Additivity.MEDIAN else "facts.weight * "
    return (  # SQL of the registry only
        f"select facts.*, cast({own}({measure.numerator}) as double) as numerator, "  # noqa: S608
        f"cast({denominator} as double) as denominator "
        f"from {measure.facts} as facts where {kept}"
    )


def behind(measure: Measure, *, one_part: bool = False) -> str:
    """The rows behind one value, in a fixed order: of $unit_id with all below it in $month.

    The columns of ``counted``, the unit's name in that month and the upload. ``one_part``: of
    $part alone.
    """
    kept = f"and rows.{measure.part} = $part" if one_part else ""
    return f"""
select rows.*, units.unit_name, uploads.file_name, uploads.sha256, uploads.uploaded_by,
    uploads.uploaded_at
from ({counted(measure)}) as rows
inner join model.unit_tree_months as tree
    on rows.unit_id = tree.unit_id and rows.month = tree.month
inner join model.unit_labels as units
    on rows.unit_id = units.unit_id
    and units.since <= last_day(cast($month || '-01' as date))
    and last_day(cast($month || '-01' as date)) < units.next_on
left join staging.uploads as uploads on rows.upload_id = uploads.upload_id
where rows.tree = $tree and tree.ancestor_id = $unit_id and rows.month = $month {kept}
order by rows.unit_id, rows.row_key, rows.source_row"""  # noqa: S608


def _values(measure: Measure, *, part: str | None = None) -> str:
    told = f", rows.{part} as part" if part else ""
    by = f", rows.{part}" if part else ""
    if measure.additivity is Additivity.MEDIAN:
        return f"""
select '{measure.id}' as measure_id, rows.tree, tree.ancestor_id as unit_id, rows.month,
    median(rows.numerator) as numerator, cast(null as double) as denominator,
    median(rows.numerator) as value, count(*) as row_count{told}
from ({counted(measure)}) as rows
inner join model.unit_tree_months as tree
    on rows.unit_id = tree.unit_id and rows.month = tree.month
group by rows.tree, tree.ancestor_id, rows.month{by}"""  # noqa: S608
    value, own_part = "sum(own.numerator)", ", own.part" if part else ""
    if measure.additivity is Additivity.RATIO:
        value += " / nullif(sum(own.denominator), 0)"
    return f"""
select '{measure.id}' as measure_id, own.tree, tree.ancestor_id as unit_id, own.month,
    sum(own.numerator) as numerator, sum(own.denominator) as denominator,
    {value} as value, cast(sum(own.row_count) as bigint) as row_count{own_part}
from (
    select rows.tree, rows.unit_id, rows.month, sum(rows.numerator) as numerator,
        sum(rows.denominator) as denominator, count(*) as row_count{told}
    from ({counted(measure)}) as rows
    group by rows.tree, rows.unit_id, rows.month{by}
) as own
inner join model.unit_tree_months as tree
    on own.unit_id = tree.unit_id and own.month = tree.month
group by own.tree, tree.ancestor_id, own.month{own_part}"""  # noqa: S608
