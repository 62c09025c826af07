"""潜绩台账: a window in order, and a verdict not before the window is over."""

from expectations.builders import WARNING, ordered, required
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
