"""督办整改台账: a closed item says when and by whom, an open one is not closed."""

from expectations.builders import INFO, WARNING, empty_when, not_in_future, required
from expectations.generic import known_unit, query, refers_to
from expectations.rules import Missing, When
from pipelines.domain.contracts.actions import DATASET
from pipelines.domain.contracts.activities import DATASET as ACTIVITIES

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
    required(DATASET, "status", severity=WARNING),
    required(DATASET, "owner_post", severity=INFO, how="请填写责任岗位，不填姓名"),
)

QUERIES = (
    *known_unit(DATASET, "unit"),
    query(
        DATASET,
        "due_raw",
        "required",
        sql="actions_due",
        label="“完成时限”应填写",
        why="“完成时限”和“到期日”都为空",
        how="请填写日期，或写明长期坚持、立行立改、持续整改",
        missing=Missing.SOUGHT,
    ),
    query(
        DATASET,
        "due_raw",
        "word_without_date",
        sql="actions_due_word_with_date",
        label="“完成时限”是“长期坚持”一类的词时，“到期日”应为空",
        why="“完成时限”是“{value}”，“到期日”却是 {due_on}",
        how="有确切日期请把完成时限改成日期；没有请清空到期日",
        columns=("due_raw", "due_on"),
    ),
    query(
        DATASET,
        "owner_post",
        "required_for_decision",
        sql="actions_decision_owner",
        label="决议事项应填写“责任岗位”",
        why="来源是“{source_kind}”，却没有责任岗位",
        how="请填写责任岗位，不填姓名",
        missing=Missing.SOUGHT,
    ),
    query(
        DATASET,
        "closed_on",
        "not_before_raised",
        sql="actions_closed_before_raised",
        label="“销号日期”不早于提出事项的活动",
        why="“销号日期”{value} 早于提出事项的活动（{source_id}，{raised_on}）",
        how="请核对销号日期和来源编号",
        columns=("closed_on", "source_id"),
        needs=("activities",),
    ),
    refers_to(
        DATASET,
        "source_id",
        ACTIVITIES,
        where="contains(incoming.source_kind, '决议')",
        effect="看不到事项是哪次活动定的",
    ),
)
