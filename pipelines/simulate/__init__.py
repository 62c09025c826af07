"""The demo organisation: seeded data of any size with planted truths and planted faults."""

from pipelines.simulate.model import Initiative, Organisation, PlantedLink, Truth
from pipelines.simulate.organisation import simulate
from pipelines.simulate.sample import bad_cells, write_sample

__all__ = [
    "Initiative",
    "Organisation",
    "PlantedLink",
    "Truth",
    "bad_cells",
    "simulate",
    "write_sample",
]
