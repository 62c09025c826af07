"""What the machine is and which versions did the work."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

import psutil

from benchmarks.results import Machine

_PACKAGES = ("duckdb", "pandas", "polars", "pyarrow", "streamlit", "numpy")


def machine() -> Machine:
    """This machine and the installed versions."""
    versions = {"Python": platform.python_version()} | {each: version(each) for each in _PACKAGES}
    return Machine(
        processor=_processor(),
        cores=os.cpu_count() or 1,
        memory_bytes=psutil.virtual_memory().total,
        system=f"{platform.system()} {platform.release()}",
        versions=versions,
    )


def described(machine: Machine) -> str:
    """The machine and its versions as lines of a report."""
    versions = "，".join(f"{name} {number}" for name, number in machine.versions.items())
    memory = machine.memory_bytes / 1024**3
    return (
        f"- 机器：{machine.processor}，{machine.cores} 核，内存 {memory:.0f} GB，{machine.system}\n"
        f"- 版本：{versions}"
    )


def load() -> float:
    """Runnable processes on average over the last minute; above the cores, others compete."""
    return os.getloadavg()[0]


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
