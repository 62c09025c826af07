"""A file cannot kill or starve the server."""

import dataclasses
import io
import os
import time
import zipfile

import pytest

from pipelines.errors import FileRefused
from pipelines.intake.sandbox import parse_in_child
from pipelines.settings import Settings
from tests.paths import EXAMPLES

LIMITS = dataclasses.replace(Settings(), max_file_bytes=5 * 1024**2, parse_seconds=20)


def test_the_child_returns_what_parse_returns():
    """Nothing is lost on the way through the pipe."""
    data = (EXAMPLES / "三会一课台账_导出.csv").read_bytes()
    got = parse_in_child(data, None, LIMITS)
    assert (60, 59, (17,)) == (got.row_count, got.table.num_rows, got.secret_rows)
    assert "typed_activity_type" in {each.rule for each in got.findings}


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    """The directory of the archive is looked at first."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (300 * 1024**2))
    with pytest.raises(FileRefused, match="解压后有 300 MB"):
        parse_in_child(target.getvalue(), None, LIMITS)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "文件是空的"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 100, "加密的或旧版"),
        (b"PK\x03\x04 broken", "文件不完整"),
        (b"a" * (6 * 1024**2), "超过上限"),
        (os.urandom(5000), "请"),
    ],
)
def test_unreadable_files_are_refused_in_chinese(data, message):
    """Empty, encrypted, cut off, too large, not a table: one clear sentence each."""
    with pytest.raises(FileRefused, match=message):
        parse_in_child(data, None, LIMITS)


def test_memory_is_limited():
    """A file that needs more memory than allowed is stopped, and the caller lives on."""
    tight = dataclasses.replace(LIMITS, parse_memory_bytes=400 * 1024**2)
    data = ("单位,月份,指标,实际\n" + "甲,2026-03,收入,1\n" * 150_000).encode()
    with pytest.raises(FileRefused, match="内存超过上限"):
        parse_in_child(data, None, tight)


def test_time_is_limited():
    """A file that takes longer than allowed is stopped near the limit."""
    hasty = dataclasses.replace(LIMITS, parse_seconds=1, max_file_bytes=10**9)
    data = (
        "单位,月份,指标,实际\n" + "".join(f"甲{i},2026-03,收入,{i}\n" for i in range(900_000))
    ).encode()
    started = time.monotonic()
    with pytest.raises(FileRefused, match="用时超过上限"):
        parse_in_child(data, None, hasty)
    assert time.monotonic() - started < 15


def test_an_unknown_dataset_is_refused():
    """The message lists what can be chosen."""
    with pytest.raises(FileRefused, match="units"):
        parse_in_child(b"a,b", "nothing", LIMITS)
