"""What a measure is: one definition, read by the build, the pages and the documentation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Additivity(StrEnum):
    """How rows make one value, and whether the values of parts make the value of the whole."""

    SUM = "sum"  # Σ of the rows; the values of parts add up to the value of the whole
    RATIO = "ratio"  # Σ numerator ÷ Σ denominator over the rows, never a mean of ratios
    MEDIAN = "median"  # of the rows


ADDITIVITY_LABELS = {
    Additivity.SUM: "可加：下级相加等于上级",
    Additivity.RATIO: "不可加：上级由原始行重新计算，不取下级的平均",
    Additivity.MEDIAN: "不可加：取原始行的中位数",
}


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One number for a unit and a month, and for every unit above it.

    ``label``, ``definition`` (one sentence), ``formula`` and ``not_told`` (what the number does
    not say) are Chinese. ``unit``: 次, 人次, %, 天, 小时, 项, 行; a % is stored as a share, 0.125.
    ``polarity``: 1 higher is better, -1 lower is better, 0 neither.

    ``facts``: a table of the layer ``model`` at row grain with the columns FACT_COLUMNS.
    ``numerator``, ``denominator`` (RATIO only) and ``where`` are SQL over its columns; a row whose
    numerator is null counts nowhere, neither does one whose denominator is null. ``part``: a column
    by which the value is also told part by part (同步天数 of each step). ``counted`` (RATIO only):
    what numerator and denominator count: ("项", "项"). ``sides``: what signed days are called when
    they are negative, zero and positive.
    """

    id: str
    label: str
    definition: str
    formula: str
    not_told: str
    unit: str
    polarity: int
    additivity: Additivity
    facts: str
    numerator: str
    denominator: str | None = None
    where: str = "true"
    part: str | None = None
    counted: tuple[str, str] | None = None
    sides: tuple[str, str, str] | None = None

    def __post_init__(self) -> None:
        if (self.denominator is None) is (self.additivity is Additivity.RATIO):
            raise ValueError(f"measure {self.id}: a ratio, and only a ratio, has a denominator")
        if (self.counted is None) is (self.additivity is Additivity.RATIO):
            raise ValueError(f"measure {self.id}: a ratio, and only a ratio, says what it counts")
        if self.polarity not in (-1, 0, 1):
            raise ValueError(f"measure {self.id}: polarity {self.polarity}")


# Every fact table has these. weight: the share of the row that stands with this unit (1.0, or the
# share of the bridge). dataset, upload_id, source_sheet, source_row: where the row was uploaded;
# row_key: its grain as text. A row that follows from several uploaded rows has no source_row.
FACT_COLUMNS = (
    *("unit_id", "tree", "month", "weight", "dataset", "row_key"),
    *("upload_id", "source_sheet", "source_row"),
)
