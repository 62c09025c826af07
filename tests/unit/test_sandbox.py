"""A file cannot kill or starve the server."""

import dataclasses
import io
import time
import zipfile
from datetime import date
from random import Random

import psutil
import pytest

from pipelines.errors import FileRefused
from pipelines.intake.choices import Choices
from pipelines.intake.request import Request
from pipelines.intake.sandbox import parse_in_child
from pipelines.preview import opened
from pipelines.settings import Settings
from tests.paths import EXAMPLES

REQUEST = Request(file_name="表.csv", today=date(2026, 11, 2))
LIMITS = dataclasses.replace(Settings(), max_file_bytes=5 * 1024**2, parse_seconds=20)


def parts(data: bytes, settings: Settings, request: Request = REQUEST) -> list:
    """Everything the child says about ``data``."""
    with opened(data) as file:
        return list(parse_in_child(file, len(data), request, settings))


def parsers() -> list[psutil.Process]:
    """Parsing processes of this one."""
    children = psutil.Process().children()
    return [each for each in children if "pipelines.intake.sandbox" in each.cmdline()]


def test_the_child_returns_what_parse_returns():
    """Nothing is lost on the way through the pipe."""
    data = (EXAMPLES / "三会一课台账_导出.csv").read_bytes()
    first, stretch, last = parts(data, LIMITS)
    assert "activities" == first.reading.dataset == last.reading.dataset
    assert (59, [17]) == (stretch.table.num_rows, stretch.secret)
    assert "typed_activity_type" in {each.rule for _, each in stretch.findings}


def test_a_child_that_is_not_heard_out_is_ended():
    """Closing the iterator leaves no process behind."""
    rows = "".join(f"甲,2026-03,收入{i},1\n" for i in range(300_000))
    with opened(f"单位,月份,指标,实际\n{rows}".encode()) as file:
        said = parse_in_child(file, 10**6, REQUEST, LIMITS)
        next(said)
        (child,) = parsers()
        said.close()
        assert [] == parsers()
        assert not child.is_running()


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    """The directory of the archive is looked at first."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (300 * 1024**2))
    with pytest.raises(FileRefused, match="解压后有 300 MB"):
        parts(target.getvalue(), LIMITS)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "文件是空的"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100, "旧版"),
        (b"PK\x03\x04 broken", "文件不完整"),
        (b"a" * (6 * 1024**2), "超过上限"),
        (Random(5).randbytes(5000), "请"),
    ],
)
def test_unreadable_files_are_refused_in_chinese(data, message):
    """Empty, encrypted, cut off, too large, not a table: one clear sentence each."""
    with pytest.raises(FileRefused, match=message):
        parts(data, LIMITS)


def test_memory_is_limited():
    """A file that needs more memory than allowed is stopped, and the caller lives on."""
    tight = dataclasses.replace(LIMITS, parse_memory_bytes=400 * 1024**2)
    data = ("单位,月份,指标,实际\n" + "甲,2026-03,收入,1\n" * 150_000).encode()
    with pytest.raises(FileRefused, match="内存超过上限"):
        parts(data, tight)


def test_time_is_limited():
    """A file that takes longer than allowed is stopped near the limit."""
    hasty = dataclasses.replace(LIMITS, parse_seconds=1, max_file_bytes=10**9)
    rows = (f"甲,2026-03,收入,{i}%,{i}‰,{i}万元,{i}亿元" for i in range(200_000))
    data = "\n".join(["单位,月份,指标,实际,目标,累计实际,累计目标", *rows]).encode()
    started = time.monotonic()
    with pytest.raises(FileRefused, match="用时超过上限"):
        parts(data, hasty)
    assert time.monotonic() - started < 15


def test_an_unknown_dataset_is_refused():
    """The message lists what can be chosen."""
    wrong = dataclasses.replace(REQUEST, choices=Choices(dataset="nothing"))
    with pytest.raises(FileRefused, match="units"):
        parts(b"a,b", LIMITS, wrong)
