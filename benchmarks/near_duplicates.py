"""雷同 timed: ``python -m benchmarks.near_duplicates [--naive 100000] [--rows 2000000]``.

Beside the loop that everybody writes first (pandas groups, every pair within the days, the same
measure) at a size that it can do; then the large size alone.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from rapidfuzz.distance import Indel

from pipelines.integrity.near_duplicates import Limits, find_pairs
from pipelines.simulate import simulate

LIMITS = Limits(similarity=0.95, length=20, days=180, neighbours=50)
MONTHS, A_MONTH = 60, 2_000_000 / (500 * 60)
LEAST_UNITS, LEAST_MONTHS = 8, 6
DIGITS = r"[0-9]+"


@dataclass(frozen=True, kw_only=True)
class Records:
    """In the order group, day."""

    group: np.ndarray
    day: np.ndarray
    texts: pa.Array


def main(arguments: list[str] | None = None) -> None:
    """Print seconds, ratio, memory, and what each found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.near_duplicates")
    parser.add_argument("--naive", type=int, default=100_000)
    parser.add_argument("--rows", type=int, default=2_000_000)
    asked = parser.parse_args(arguments)
    seconds, counts = run(asked.naive, asked.rows)
    print(
        f"{counts['small']:,} 条：本产品 {seconds['ours']:.2f} 秒，"
        f"pandas 逐对比较 {seconds['loop']:.1f} 秒，{seconds['loop'] / seconds['ours']:.0f} 倍"
    )
    print(
        f"找到 {counts['found']:,} 条；逐对比较 {counts['loop_found']:,} 条，"
        f"共同 {counts['both_found']:,} 条"
    )
    print(
        f"{counts['large']:,} 条：{seconds['large']:.1f} 秒，"
        f"内存峰值 {counts['large_bytes'] / 2**20:,.0f} MB"
        f"（生成数据时 {counts['made_bytes'] / 2**20:,.0f} MB），找到 {counts['large_found']:,} 条"
    )


def run(naive: int, rows: int) -> tuple[dict[str, float], dict[str, int]]:
    """Seconds: ours and loop on ``naive`` records, large on ``rows``. Counts: records, records
    found by each way and by both, peak resident bytes before and after the large search."""
    small = records(naive)
    found, ours = timed(product, small)
    expected, loop = timed(pandas_loop, small)
    large = records(rows)
    before = peak_bytes()
    many, seconds = timed(product, large)
    counts = {
        "small": small.day.size,
        "found": len(found),
        "loop_found": len(expected),
        "both_found": len(found & expected),
        "large": large.day.size,
        "large_found": len(many),
        "made_bytes": before,
        "large_bytes": peak_bytes(),
    }
    return {"ours": ours, "loop": loop, "large": seconds}, counts


def records(rows: int) -> Records:
    """About ``rows`` activities of an organisation, 67 a unit and month; no fewer than 3,000."""
    units = max(LEAST_UNITS, round(rows / (MONTHS * A_MONTH)))
    months = min(MONTHS, max(LEAST_MONTHS, round(rows / (units * A_MONTH))))
    made = simulate(units=units, months=months, activities_per_unit_month=A_MONTH)
    frame = made.frames["activities"]
    group = frame.groupby(["unit", "activity_type"]).ngroup().to_numpy()
    day = frame["start_at"].to_numpy().astype("datetime64[D]").astype(np.int64)
    order = np.lexsort((day, group))
    texts = pa.array(frame["agenda"], type=pa.large_string())
    return Records(group=group[order], day=day[order], texts=texts.take(pa.array(order)))


def product(given: Records) -> set[int]:
    """Positions of records that repeat an earlier one."""
    return set(find_pairs(given.group, given.day, given.texts, LIMITS).record.tolist())


def pandas_loop(given: Records) -> set[int]:
    """The same by comparing every pair of a group within the days."""
    frame = pd.DataFrame({"day": given.day, "text": given.texts.to_pylist()})
    frame["mask"] = frame["text"].str.replace(DIGITS, "#", regex=True)
    found: set[int] = set()
    for _, part in frame.groupby(given.group):
        rows = list(part.itertuples())
        for at, row in enumerate(rows):
            for other in reversed(rows[:at]):
                if row.day - other.day > LIMITS.days:
                    break
                if row.mask == other.mask or LIMITS.similarity <= Indel.normalized_similarity(
                    row.text, other.text
                ):
                    found.add(row.Index)
                    break
    return found


def timed(work: Callable[[Records], set[int]], given: Records) -> tuple[set[int], float]:
    """What the work gives, and its seconds."""
    started = time.monotonic()
    result = work(given)
    return result, time.monotonic() - started


def peak_bytes() -> int:
    """Highest resident bytes of this process until now."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main()
