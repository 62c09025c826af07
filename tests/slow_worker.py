"""A worker process with analyses made for tests: one waits for a file, one fails, one dies."""

import os
import time
from pathlib import Path

import pandas as pd

from pipelines.analysis_runs import Outcome
from pipelines.analysis_worker import main
from pipelines.errors import StoreError


def waiting(_mart, key, progress):
    """Counts its starts in a file and goes on when the file ``go`` is there."""
    place = Path(dict(key.settings)["place"])
    with (place / "starts").open("a") as starts:
        starts.write("x")
    while not (place / "go").exists():
        progress("等放行", 0.5)
        time.sleep(0.02)
    return Outcome(frames={"out": pd.DataFrame({"a": [1]})})


def failing(_mart, key, _progress):
    """Fails with a message until the file ``go`` is there."""
    if not (Path(dict(key.settings)["place"]) / "go").exists():
        raise StoreError("数据不够，算不了")
    return Outcome(frames={"out": pd.DataFrame({"a": [2]})})


def dying(_mart, _key, _progress):
    """Ends the process without a word."""
    os._exit(3)


if __name__ == "__main__":
    main({"waiting": waiting, "failing": failing, "dying": dying})
