"""The process that computes analyses: requests come in as frames, progress and the end go out.

It stores what it finds; the application reads it from there. Ending the process cancels.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import BinaryIO, cast

from pipelines import (
    analysis_runs,
    association_first,
    associations,
    initiatives,
    latent_runs,
    pair_details,
)
from pipelines.analysis_runs import Outcome, RunKey
from pipelines.errors import AppError
from pipelines.frames import Frame, Json, claim_pipes, read_frame, write_frame
from pipelines.progress import Progress
from pipelines.queries import open_mart
from pipelines.settings import Settings
from pipelines.warehouse import Mart

NICE = 5  # pages go first on a busy machine
Analysis = Callable[[Mart, RunKey, Progress], Outcome]

# To add an analysis, add its name and a function of mart, key and progress.
ANALYSES: Mapping[str, Analysis] = {
    associations.NAME: associations.compute,
    association_first.NAME: association_first.compute,
    initiatives.NAME: initiatives.compute,
    latent_runs.NAME: latent_runs.compute,
    pair_details.NAME: pair_details.compute,
}


def serve(analyses: Mapping[str, Analysis], requests: BinaryIO, replies: BinaryIO) -> None:
    """Answer requests until the stream ends."""

    def tell(header: dict[str, Json]) -> None:
        write_frame(replies, Frame(header=header))

    def progress(step: str, share: float) -> None:
        tell({"step": step, "share": share})

    while (request := read_frame(requests)) is not None:
        try:
            _answer(analyses, request.header, progress)
        except AppError as error:
            tell({"failed": str(error)})
        else:
            tell({"done": True})


def request_of(settings: Settings, key: RunKey) -> Frame:
    """The request to compute ``key`` in the store of ``settings``."""
    pairs: list[Json] = [[name, value] for name, value in key.settings]
    return Frame(
        header={
            "store": str(settings.store_root),
            "build_id": key.build_id,
            "name": key.name,
            "settings": pairs,
        }
    )


def _answer(analyses: Mapping[str, Analysis], header: dict[str, Json], progress: Progress) -> None:
    settings = Settings(store_root=Path(str(header["store"])), ledger_url=None)
    pairs = cast(list[list[analysis_runs.Parameter]], header["settings"])
    key = RunKey(
        build_id=str(header["build_id"]),
        name=str(header["name"]),
        settings=tuple((str(name), value) for name, value in pairs),
    )
    with closing(open_mart(settings, key.build_id)) as mart:
        outcome = analyses[key.name](mart, key, progress)
    progress("保存结果", 0.99)
    analysis_runs.keep(settings, key, outcome)


def main(analyses: Mapping[str, Analysis] = ANALYSES) -> None:
    """Serve on the pipes."""
    requests, replies = claim_pipes()
    os.nice(NICE)
    with suppress(BrokenPipeError):
        serve(analyses, requests, replies)


if __name__ == "__main__":
    main()
