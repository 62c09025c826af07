"""Parsing in a child process under memory, CPU and wall limits: a file cannot harm the server."""

from __future__ import annotations

import json
import logging
import resource
import signal
import subprocess
import sys
from dataclasses import asdict

import pyarrow as pa

from pipelines.domain.catalog import datasets
from pipelines.domain.findings import Finding, Severity
from pipelines.errors import FileRefused
from pipelines.intake.inspection import ColumnMatch, Region, SkippedRow
from pipelines.intake.parse import Parsed, parse
from pipelines.settings import ROOT, Settings

_LENGTH = 8
_REFUSED = 3
_OUT_OF_MEMORY = 4
_ABORTED = (-signal.SIGABRT, -signal.SIGKILL, -signal.SIGSEGV)  # how native code runs out
_GRACE = 5  # CPU seconds between the polite and the hard limit
_LOG = logging.getLogger(__name__)
_MEMORY = "解析这个文件需要的内存超过上限，已中止，没有保存任何内容。请拆分后再上传"
_BROKEN = (
    "解析这个文件时出错，没有保存任何内容。请另存为 .xlsx 或 CSV UTF-8 后重试，仍不行请交给管理员"
)
_TIME = "解析这个文件用时超过上限，已中止，没有保存任何内容。请拆分后再上传"


def parse_in_child(data: bytes, chosen: str | None, settings: Settings) -> Parsed:
    """``parse`` in a limited child. Raises FileRefused for a refusal, a limit or a crash."""
    if len(data) > settings.max_file_bytes:
        limit = settings.max_file_bytes / 1024**2
        raise FileRefused(
            f"文件有 {len(data) / 1024**2:,.0f} MB，超过上限 {limit:,.0f} MB。请拆分后再上传"
        )
    if chosen is not None and chosen not in datasets():
        raise FileRefused(f"没有名为 {chosen} 的数据集。可选：{'、'.join(datasets())}")
    command = [sys.executable, "-m", "pipelines.intake.sandbox", chosen or ""]
    command += [str(settings.parse_memory_bytes), str(settings.parse_seconds)]
    try:
        done = subprocess.run(
            command,
            input=data,
            capture_output=True,
            timeout=settings.parse_seconds,
            cwd=ROOT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise FileRefused(_TIME) from error
    if done.returncode != 0:
        raise FileRefused(_why(done))
    return _unpack(done.stdout)


def _why(done: subprocess.CompletedProcess[bytes]) -> str:
    """The Chinese sentence for a child that gave no result."""
    if done.returncode == _REFUSED:
        return done.stdout.decode("utf-8")
    if done.returncode == -signal.SIGXCPU:
        return _TIME
    if done.returncode == _OUT_OF_MEMORY or done.returncode in _ABORTED:
        return _MEMORY
    _LOG.error("parser ended with %s: %s", done.returncode, done.stderr.decode(errors="replace"))
    return _BROKEN


def _pack(parsed: Parsed) -> bytes:
    described = {
        "dataset": parsed.dataset,
        "encoding": parsed.encoding,
        "delimiter": parsed.delimiter,
        "region": asdict(parsed.region),
        "columns": [asdict(each) for each in parsed.columns],
        "skipped": [asdict(each) for each in parsed.skipped],
        "secret_rows": parsed.secret_rows,
        "personal_rows": parsed.personal_rows,
        "row_count": parsed.row_count,
        "fully_read": parsed.fully_read,
        "findings": [each.to_dict() for each in parsed.findings],
    }
    head = json.dumps(described, ensure_ascii=False).encode()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, parsed.table.schema) as writer:
        writer.write_table(parsed.table)
    return len(head).to_bytes(_LENGTH, "big") + head + sink.getvalue().to_pybytes()


def _unpack(packed: bytes) -> Parsed:
    length = int.from_bytes(packed[:_LENGTH], "big")
    described = json.loads(packed[_LENGTH : _LENGTH + length])
    table = pa.ipc.open_stream(packed[_LENGTH + length :]).read_all()
    return Parsed(
        dataset=described["dataset"],
        encoding=described["encoding"],
        delimiter=described["delimiter"],
        region=Region(**described["region"]),
        columns=tuple(ColumnMatch(**each) for each in described["columns"]),
        skipped=tuple(SkippedRow(**each) for each in described["skipped"]),
        secret_rows=tuple(described["secret_rows"]),
        personal_rows=tuple(described["personal_rows"]),
        row_count=described["row_count"],
        fully_read=described["fully_read"],
        findings=tuple(
            Finding(**{**each, "severity": Severity(each["severity"])})
            for each in described["findings"]
        ),
        table=table,
    )


def _limit(memory: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + _GRACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(arguments: list[str]) -> int:
    """The child: bytes on stdin, a packed Parsed or a refusal on stdout."""
    chosen, memory, seconds = arguments
    data = sys.stdin.buffer.read()
    _limit(int(memory), int(seconds))
    try:
        packed = _pack(parse(data, chosen or None, Settings()))
    except FileRefused as refusal:
        sys.stdout.buffer.write(str(refusal).encode())
        return _REFUSED
    except MemoryError:
        return _OUT_OF_MEMORY
    sys.stdout.buffer.write(packed)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
