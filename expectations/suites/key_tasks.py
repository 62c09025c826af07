"""重点任务: a task has a deadline after its start, and a KPI where there is one."""

from expectations.builders import INFO, WARNING, ordered, required
from expectations.generic import known_kpi, known_unit, lasts_at_most
from pipelines.domain.contracts.key_tasks import DATASET

RULES = (
    ordered(DATASET, "due_on", "start_on"),
    required(DATASET, "due_on", severity=WARNING, how="没有期限就不能提醒，请补填"),
    required(DATASET, "kpi", severity=INFO, how="任务支撑某个指标时请填写指标名称"),
)

QUERIES = (
    *known_unit(DATASET, "unit", at="start_on"),
    *known_kpi(DATASET, "kpi", at="start_on"),
    lasts_at_most(DATASET, "due_on", "start_on", days=1830),
)
