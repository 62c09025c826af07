"""一表双考打分: a score lies within its full score."""

from expectations.builders import CRITICAL, WARNING, above_zero, at_most, not_in_future, required
from pipelines.domain.contracts.scores import DATASET

RULES = (
    at_most(DATASET, "score", "full_score", how="请核对得分和满分；加分请另列考核项目"),
    above_zero(DATASET, "full_score", severity=CRITICAL, how="请填写这个项目的满分"),
    required(DATASET, "score", severity=WARNING, how="没有打分请在来源表中删去这一行"),
    required(DATASET, "full_score", severity=WARNING, how="没有满分就不能折算，请补填"),
    not_in_future(DATASET, "month"),
)
