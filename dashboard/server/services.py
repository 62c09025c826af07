"""One desk, one validation worker, one runner of analyses and the open marts of this process."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from pipelines import queries
from pipelines.analysis_jobs import Runner
from pipelines.desk import Desk
from pipelines.queries import Mart
from pipelines.settings import Settings
from pipelines.validation import Validator

OPEN_MARTS = 3


@dataclass(kw_only=True)
class Services:
    """What every page shares. ``mart`` keeps builds open for pages that still show them."""

    settings: Settings
    validator: Validator
    desk: Desk
    runner: Runner
    _marts: OrderedDict[str, Mart] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def mart(self, build_id: str) -> Mart:
        """The mart of ``build_id``, opened once."""
        with self._lock:
            if build_id not in self._marts:
                self._marts[build_id] = queries.open_mart(self.settings, build_id)
                while len(self._marts) > OPEN_MARTS:
                    self._marts.popitem(last=False)
            return self._marts[build_id]


_lock = threading.Lock()
_held: Services | None = None


def services() -> Services:
    """The services of this process, made at first use; made anew when the settings change."""
    global _held
    settings = Settings()
    with _lock:
        if _held is None or _held.settings != settings:
            previous, _held = _held, None
            if previous is not None:
                previous.runner.close()
                previous.desk.close()
            _held = _open(settings, previous.validator if previous else None)
        return _held


def _open(settings: Settings, validator: Validator | None) -> Services:
    if validator is None:
        validator = Validator()
        validator.start()
    return Services(
        settings=settings,
        validator=validator,
        desk=Desk(settings, validator),
        runner=Runner(settings),
    )


def close() -> None:
    """Stop the worker processes."""
    global _held
    with _lock:
        if _held is not None:
            _held.validator.close()
            _held.runner.close()
            _held.desk.close()
        _held = None
