"""How often survey intervals hold the truth, and how often two equal groups look different."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.analysis.surveys import newcombe, wilson

SHARES = (0.05, 0.2, 0.5)
SIZES = (10, 40, 200)


def calibrate_surveys(draws: int = 2000, seed: int = 0) -> pd.DataFrame:
    """Frame [scenario, n, metric, value, low, high]; bounds are Wilson's for ``draws`` draws.

    Metrics: ``coverage`` of the 95 % interval of a share, ``false_positive_rate`` of a difference
    of two groups of equal size with the same share.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for share in SHARES:
        for n in SIZES:
            first, second = rng.binomial(n, share, (2, draws))
            low, high = wilson(first, n)
            held = int(((low <= share) & (share <= high)).sum())
            below, above = newcombe(first, n, second, n)
            wrong = int(((below > 0) | (above < 0)).sum())
            scenario = f"share {share:.2f}"
            rows.append((scenario, n, "coverage", held))
            rows.append((scenario, n, "false_positive_rate", wrong))
    frame = pd.DataFrame(rows, columns=["scenario", "n", "metric", "hits"])
    low, high = wilson(frame["hits"], draws)
    return frame.assign(value=frame["hits"] / draws, low=low, high=high).drop(columns="hits")
