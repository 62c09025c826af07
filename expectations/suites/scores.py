"""一表双考打分: a score lies within its full score."""

from expectations.builders import CRITICAL, WARNING, above_zero, at_most, not_in_future, required
from expectations.generic import known_unit, query
from pipelines.domain.contracts.scores import DATASET

RULES = (
    at_most(DATASET, "score", "full_score", how="请核对得分和满分；加分请另列考核项目"),
    above_zero(DATASET, "full_score", severity=CRITICAL, how="请填写这个项目的满分"),
    required(DATASET, "score", severity=WARNING, how="没有打分请在来源表中删去这一行"),
    required(DATASET, "full_score", severity=WARNING, how="没有满分就不能折算，请补填"),
    not_in_future(DATASET, "month"),
)

QUERIES = (
    *known_unit(DATASET, "unit"),
    query(
        DATASET,
        "full_score",
        "same_for_item",
        sql="scores_full_score",
        label="同一月份同一考核项目的“满分”一致",
        why="{month} 的“{item}”满分有 {lowest} 也有 {highest}，这一行是 {value}",
        how="请核对满分；单位之间满分不同就不能比较",
    ),
)
