"""指标库: a band has both ends, a weight has its reason."""

from expectations.builders import INFO, WARNING, not_in_future, ordered, required
from expectations.generic import query
from expectations.rules import When
from pipelines.domain.contracts.kpi_definitions import DATASET

_BAND = When(column="direction", value="band")
_BAND_WORDS = "指标方向是“区间内好”，"

RULES = (
    ordered(
        DATASET,
        "band_high",
        "band_low",
        words="小于",
        how="请核对区间的上下限，可能填反了",
    ),
    required(DATASET, "band_low", when=_BAND, condition=_BAND_WORDS, severity=WARNING),
    required(DATASET, "band_high", when=_BAND, condition=_BAND_WORDS, severity=WARNING),
    required(
        DATASET,
        "weight_reason",
        when=When(column="weight"),
        condition="填了权重，",
        severity=INFO,
        how="请写明权重从哪份文件来",
    ),
    not_in_future(DATASET, "valid_from", days=366),
)

QUERIES = (
    query(
        DATASET,
        "name",
        "one_meaning",
        sql="kpi_definitions_one_name",
        label="一个名称或别名只指一个指标",
        why="“{value}”同时指 {kpi_ids} 这几个指标代码，按名称上报的数就认不出是哪个",
        how="请改成不同的名称或别名；同一个指标请用同一个代码",
    ),
    query(
        DATASET,
        "unit_of_measure",
        "convertible",
        sql="kpi_definitions_measure",
        label="同一指标各版本的“计量单位”可以换算",
        why="指标 {kpi_id} 的计量单位是“{value}”，"
        "{other_from} 起的版本是“{other_measure}”，不能换算",
        how="请核对计量单位；口径变了请另用一个指标代码",
    ),
    query(
        DATASET,
        "aggregation",
        "not_sum_of_rates",
        sql="kpi_definitions_rates_added",
        label="百分比指标不按“求和”汇总",
        why="“{name}”的计量单位是“{unit_of_measure}”，汇总方式却是求和",
        how="百分比相加没有意义，请改为平均或期末数",
        columns=("aggregation", "unit_of_measure"),
    ),
)
