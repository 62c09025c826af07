"""挂接: a confirmed link says who confirmed it, a rejected one says why."""

from expectations.builders import INFO, WARNING, not_in_future, required
from expectations.generic import refers_to
from expectations.rules import When
from pipelines.domain.contracts.activities import DATASET as ACTIVITIES
from pipelines.domain.contracts.carriers import DATASET as CARRIERS
from pipelines.domain.contracts.key_tasks import DATASET as KEY_TASKS
from pipelines.domain.contracts.kpi_definitions import DATASET as KPI_DEFINITIONS
from pipelines.domain.contracts.links import DATASET

RULES = (
    required(
        DATASET,
        "by",
        when=When(column="state", value="confirmed"),
        condition="挂接状态是“已确认”，",
        severity=WARNING,
        how="请填写确认的岗位，不填姓名",
    ),
    required(
        DATASET,
        "reason",
        when=When(column="state", value="rejected"),
        condition="挂接状态是“已否决”，",
        severity=INFO,
        how="请写明否决的理由",
    ),
    not_in_future(DATASET, "at"),
)

QUERIES = (
    refers_to(DATASET, "record_id", ACTIVITIES, effect="这条挂接暂不计入"),
    refers_to(
        DATASET,
        "target_id",
        KPI_DEFINITIONS,
        where="incoming.target_kind = 'kpi'",
        among="select spelling from model.kpi_spellings",
        effect="这条挂接暂不计入",
    ),
    refers_to(
        DATASET,
        "target_id",
        KEY_TASKS,
        where="incoming.target_kind = 'key_task'",
        effect="这条挂接暂不计入",
    ),
    refers_to(
        DATASET,
        "target_id",
        CARRIERS,
        where="incoming.target_kind = 'carrier'",
        effect="这条挂接暂不计入",
    ),
)
