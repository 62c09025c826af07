"""督办整改台账: a closed item says when and by whom, an open one is not closed."""

from expectations.builders import INFO, WARNING, empty_when, not_in_future, required
from expectations.rules import When
from pipelines.domain.contracts.actions import DATASET

_CLOSED = When(column="status", value="closed")
_OPEN = When(column="status", value="open")

RULES = (
    required(DATASET, "closed_on", when=_CLOSED, condition="状态是“已销号”，", severity=WARNING),
    required(
        DATASET,
        "verified_by_post",
        when=_CLOSED,
        condition="状态是“已销号”，",
        severity=INFO,
        how="请填写核验的岗位，不填姓名",
    ),
    empty_when(
        DATASET,
        "closed_on",
        when=_OPEN,
        condition="状态是“未办结”，",
        severity=WARNING,
        how="已办结请改状态，未办结请清空销号日期",
    ),
    not_in_future(DATASET, "closed_on"),
    required(
        DATASET,
        "due_raw",
        severity=WARNING,
        how="请填写日期，或写明长期坚持、立行立改、持续整改",
    ),
    required(DATASET, "status", severity=WARNING),
    required(DATASET, "owner_post", severity=INFO, how="请填写责任岗位，不填姓名"),
)
