"""What the test suite counts on: tests that share a fixture run in one process."""

import os

import pytest


@pytest.fixture(scope="module")
def shared() -> int:
    """Something made once for this module."""
    return os.getpid()


def test_what_shares_a_fixture_is_one_group(request, shared):
    """conftest.py marks the group, and pytest-xdist, where it is used, has read it: without that
    every process would make all fixtures of all modules anew, and the suite take twice as long."""
    marked = request.node.get_closest_marker("xdist_group")
    assert ("tests/unit/test_suite.py",) == marked.args
    is_spread = "PYTEST_XDIST_WORKER" in os.environ
    assert is_spread == request.node.nodeid.endswith(f"@{marked.args[0]}")
    assert os.getpid() == shared
