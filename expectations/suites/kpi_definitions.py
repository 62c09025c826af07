"""指标库: a band has both ends, a weight has its reason."""

from expectations.builders import INFO, WARNING, not_in_future, ordered, required
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
