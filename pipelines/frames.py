"""Frames between the application and its worker processes: a JSON header and a payload."""

from __future__ import annotations

import json
import os
import struct
from dataclasses import dataclass
from typing import BinaryIO

import pyarrow as pa

_SIZES = struct.Struct(">IQQ")
_MAGIC = 0x54504631  # "TPF1": anything else on the pipe is not ours

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


class BrokenFrame(Exception):
    """Bytes that are not a frame: something wrote into the pipe, or it was cut."""


@dataclass(frozen=True, kw_only=True)
class Frame:
    """One message. ``payload``: a ``packed`` table, or empty."""

    header: dict[str, Json]
    payload: bytes | memoryview = b""


def write_frame(stream: BinaryIO, frame: Frame) -> None:
    """Write and flush. Raises BrokenPipeError when nobody reads any more."""
    header = json.dumps(frame.header, ensure_ascii=False).encode()
    stream.write(_SIZES.pack(_MAGIC, len(header), len(frame.payload)))
    stream.write(header)
    stream.write(frame.payload)
    stream.flush()


def read_frame(stream: BinaryIO) -> Frame | None:
    """The next frame, None at the end of the stream. Raises BrokenFrame."""
    start = stream.read(_SIZES.size)
    if not start:
        return None
    if len(start) < _SIZES.size:
        raise BrokenFrame("cut inside the sizes")
    magic, header_size, payload_size = _SIZES.unpack(start)
    if magic != _MAGIC:
        raise BrokenFrame(f"not a frame: {start!r}")
    header, payload = _exactly(stream, header_size), _exactly(stream, payload_size)
    return Frame(header=json.loads(header), payload=payload)


def packed(table: pa.Table) -> memoryview:
    """A table as an Arrow IPC stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return memoryview(sink.getvalue())


def unpacked(payload: bytes | memoryview) -> pa.Table:
    """The table of an Arrow IPC stream."""
    return pa.ipc.open_stream(payload).read_all()


def claim_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output of a worker as streams of frames.

    Whatever else is printed, from C too, goes to standard error, and nobody else reads the input.
    """
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    return source, sink


def _exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise BrokenFrame(f"cut: {len(data)} of {size} bytes")
    return data
