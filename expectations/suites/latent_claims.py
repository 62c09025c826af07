"""潜绩台账: a window in order, and a verdict not before the window is over."""

from expectations.builders import WARNING, ordered, required
from expectations.generic import known_kpi, known_unit, query
from expectations.rules import MonthStart
from pipelines.domain.contracts.latent_claims import DATASET

_WINDOW_END = MonthStart(name="window_end_start", of="window_end")

RULES = (
    ordered(DATASET, "window_end", "window_start", how="请核对窗口的起止月份，可能填反了"),
    ordered(
        DATASET,
        "due_on",
        "window_end_start",
        severity=WARNING,
        how="窗口还没结束就到期，请核对到期日",
        derived=(_WINDOW_END,),
    ),
    required(
        DATASET,
        "expected_change",
        severity=WARNING,
        how="请写明预期变化多少，否则到期无法判断",
    ),
)

QUERIES = (
    *known_unit(DATASET, "unit"),
    *known_kpi(DATASET, "verifying_kpi", at="window_start"),
    query(
        DATASET,
        "verifying_kpi",
        "claimed_once",
        sql="latent_claims_overlap",
        label="同一单位同一验证指标的窗口不重叠",
        why="{unit} 的承诺 {other_id} 在重叠的窗口里也用“{value}”验证",
        how="一个变化不能证明两条承诺，请错开窗口或换一个验证指标",
        columns=("unit", "verifying_kpi", "window_start", "window_end"),
    ),
    query(
        DATASET,
        "verifying_kpi",
        "not_placebo",
        sql="latent_claims_placebo",
        label="“验证指标”不是对照指标",
        why="“{value}”是对照指标，与工作无关，不能用来验证",
        how="请换一个受这项工作影响的指标",
        needs=("kpi_definitions",),
    ),
    query(
        DATASET,
        "window_end",
        "within_36_months",
        sql="latent_claims_window",
        label="验证窗口不超过 36 个月",
        why="窗口从 {window_start} 到 {value}，长达 {months} 个月",
        how="请核对起止月份；窗口太长无法判断是哪项工作的作用",
        columns=("window_start", "window_end"),
    ),
)
