"""问卷汇总: a part of the sample is not larger than the sample."""

from expectations.builders import INFO, above_zero, at_most, not_in_future, within
from expectations.generic import query
from pipelines.domain.contracts.survey_counts import DATASET

RULES = (
    at_most(DATASET, "n", "base_n", how="请核对选择人数和有效样本数"),
    at_most(DATASET, "base_n", "issued_n", how="请核对有效样本数和发放份数"),
    above_zero(DATASET, "base_n", how="没有人作答的题请删去这一行"),
    within(
        DATASET,
        "base_n",
        name="large_enough",
        label="“有效样本数”不少于 5",
        why="“有效样本数”只有“{value}”，展示时会隐去",
        how="不需要处理；样本过小时不展示比例，以免推知个人",
        severity=INFO,
        min_value=5,
    ),
    not_in_future(DATASET, "wave_on", how="请核对调查月份"),
)

QUERIES = (
    query(
        DATASET,
        "base_n",
        "same_for_question",
        sql="survey_counts_base",
        label="同一题同一类人员各选项的“有效样本数”一致",
        why="第 {question_id} 题“{stratum}”的有效样本数有 {lowest} 也有 {highest}，"
        "这一行是 {value}",
        how="请核对有效样本数；同一题的各选项应来自同一批人",
    ),
)
