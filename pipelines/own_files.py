"""Lists that an organisation keeps beside the store, as Excel or WPS saves them."""

from __future__ import annotations

import os
from pathlib import Path

from pipelines.settings import Settings

_MAX_BYTES = 1024 * 1024


def own_path(settings: Settings, variable: str, name: str) -> Path:
    """Where an own list is looked for: the file named by ``variable``, or ``name`` in the store."""
    named = os.environ.get(variable)
    return Path(named) if named else settings.store_root / name


def own_text(path: Path) -> str:
    """A file in UTF-8 or GB18030. ValueError in Chinese says why it cannot be read."""
    try:
        with path.open("rb") as source:
            data = source.read(_MAX_BYTES + 1)
    except OSError as error:
        raise ValueError(f"读不到（{error.strerror}）") from error
    if len(data) > _MAX_BYTES:
        raise ValueError("超过 1 MB，不像这样的文件")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValueError("编码既不是 UTF-8 也不是 GB18030")
