"""The page registry. To add a page, add a file to views/ with ``PAGE`` and ``render()``."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

GROUPS = ("看", "会", "数", "管")


@dataclass(frozen=True, kw_only=True)
class Page:
    """Where a page stands. ``group`` is one of GROUPS, ``order`` sorts inside the group.

    ``url_path`` is the English path of the page, e.g. "overview".
    """

    title: str
    group: str
    order: int
    url_path: str

    def __post_init__(self) -> None:
        if self.group not in GROUPS:
            raise ValueError(f"page {self.url_path}: group {self.group} is none of {GROUPS}")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A page and the function that shows it."""

    page: Page
    render: Callable[[], None]


@cache
def entries() -> tuple[Entry, ...]:
    """All pages in the order of the navigation; ValueError when two share a path."""
    from dashboard import views

    found = []
    for module in pkgutil.iter_modules(views.__path__):
        view = importlib.import_module(f"{views.__name__}.{module.name}")
        found.append(Entry(page=view.PAGE, render=view.render))
    paths = [each.page.url_path for each in found]
    if len(paths) != len(set(paths)):
        raise ValueError(f"two pages share a path: {sorted(paths)}")
    return tuple(sorted(found, key=_position))


def _position(entry: Entry) -> tuple[int, int, str]:
    return GROUPS.index(entry.page.group), entry.page.order, entry.page.url_path


def by_path(url_path: str) -> Entry:
    """The page at ``url_path``; KeyError when there is none."""
    for each in entries():
        if each.page.url_path == url_path:
            return each
    raise KeyError(url_path)
