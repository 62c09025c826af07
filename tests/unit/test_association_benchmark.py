"""The association beside loops: the loops answer the same, and the report hides nothing."""

import dataclasses
import json
from datetime import datetime

import numpy as np

from benchmarks import association, association_jobs
from benchmarks.association_jobs import LOOPS, PRODUCT, WITHIN, Done, PanelSize, work

TINY = PanelSize(units=14, months=19, kinds=2, kpis=1)


def done(**changes: object) -> Done:
    """A run of half of the fits."""
    usual = {"fits": TINY.fits // 2, "seconds": 3.0, "cpu_seconds": 2.0, "peak_bytes": 10**8}
    return Done(**(usual | {"found": {"K|A|0": (0.5, 0.1)}} | changes))


def test_the_loops_come_to_the_same_coefficients_and_errors():
    """A ratio means something only when the loops are the same regressions."""
    ways = [work(way, TINY, 60).found for way in LOOPS]
    assert [TINY.fits] * 3 == [len(each) for each in ways]
    for other in ways[1:]:
        for name, numbers in ways[0].items():
            np.testing.assert_allclose(numbers, other[name], rtol=1e-8)


def test_a_loop_that_was_stopped_is_told_as_a_fraction():
    """What was not done is not called done: the cell names how many of how many."""
    runs = {PRODUCT: done(fits=TINY.fits, seconds=0.5, cpu_seconds=0.5), WITHIN: done()}
    (_, row) = association.table_rows([association.SizeRuns(size=TINY, runs=runs)])
    assert f"{TINY.fits} 次中的 {TINY.fits // 2} 次（50%）" in row
    assert "约 6.00" in row
    assert "12" == row[-2]


def test_an_absent_library_is_named(monkeypatch):
    """Without the development requirements the row says what to install instead of a figure."""
    monkeypatch.setattr(association, "find_spec", lambda _: None)
    monkeypatch.setattr(association, "_child", lambda *_: done(fits=TINY.fits))
    text = association.run((TINY,), now=datetime(2026, 11, 25), tell=lambda _: None)
    assert 2 == text.count("requirements-dev.txt）")


def test_the_section_is_replaced_at_the_end_and_the_rest_stays(tmp_path):
    """Writing the section again leaves the other parts of the report as they were."""
    path = tmp_path / "benchmarks.md"
    path.write_text("# 性能测量\n\n正文\n", encoding="utf-8")
    association.put("甲\n", path)
    association.put("乙\n", path)
    assert "乙\n" == association.section_of(path)
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# 性能测量\n\n正文\n")
    assert "甲" not in text
    association.put(None, path)
    assert text == path.read_text(encoding="utf-8")


def test_the_product_does_all_of_it(tmp_path):
    """The child writes its cost as JSON and counts every pair and lag as done."""
    answer = tmp_path / "done.json"
    size = json.dumps(dataclasses.asdict(TINY))
    association_jobs.main([PRODUCT, size, "60", str(answer)])
    assert TINY.fits == json.loads(answer.read_text(encoding="utf-8"))["fits"]
