"""大事记: an event does not end before it starts."""

from expectations.builders import not_in_future, ordered
from expectations.generic import known_unit, lasts_at_most
from pipelines.domain.contracts.events import DATASET

RULES = (
    ordered(DATASET, "end_on", "start_on"),
    not_in_future(DATASET, "start_on", days=732),
)

QUERIES = (
    *known_unit(DATASET, "unit"),
    lasts_at_most(DATASET, "end_on", "start_on", days=366),
)
