"""挂接: a confirmed link says who confirmed it, a rejected one says why."""

from expectations.builders import INFO, WARNING, not_in_future, required
from expectations.rules import When
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
