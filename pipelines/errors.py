"""The error family: a message in Chinese that says what, where and what to do."""

from __future__ import annotations


class AppError(Exception):
    """Something a user can be told. ``str(error)`` is the Chinese message, fit to be shown."""


class FileRefused(AppError):
    """A file that cannot be taken at all: unreadable, over a limit, no usable row."""


class StoreError(AppError):
    """The store cannot do what was asked: unknown upload, changed preview, no space."""


class BuildFailed(AppError):
    """A mart was built but its checks failed, so it was not published."""


class ValidatorUnavailable(AppError):
    """The validation worker did not answer; nothing was accepted."""


class NoMart(AppError):
    """No build has been published yet."""
