"""Rules of DESIGN as tests: who may import what, where SQL and DuckDB may be."""

import ast
import re
import sys
from functools import cache
from pathlib import Path

import pytest

from pipelines.settings import ROOT

FOLDERS = ("pipelines", "dashboard", "expectations", "benchmarks")
FILES = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
SQL_WORDS = ("select ", "insert into", "create table", " from ", "group by")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def nodes(path: Path) -> list[ast.AST]:
    """Every node of a file, its module first; read once for all rules."""
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


@cache
def imports(path: Path) -> set[str]:
    """Every module that a file imports anywhere, as dotted names."""
    found = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{each.name}" for each in node.names}
    return found


def top(modules: set[str]) -> set[str]:
    return {each.partition(".")[0] for each in modules}


def under(prefix: str) -> list[Path]:
    return [path for path in FILES if name(path).startswith(prefix)]


@pytest.mark.parametrize("path", under("pipelines/domain/"), ids=name)
def test_the_domain_needs_only_the_standard_library(path):
    """pipelines.domain imports the standard library and itself."""
    outside = {each for each in imports(path) if not each.startswith("pipelines.domain")}
    assert top(outside) - {"pipelines"} <= set(sys.stdlib_module_names)
    assert not {each for each in outside if each.startswith("pipelines.") and "domain" not in each}


@pytest.mark.parametrize("path", under("pipelines/"), ids=name)
def test_pipelines_know_neither_the_page_nor_the_validation_engine(path):
    """No Streamlit, no Great Expectations, no dashboard in pipelines."""
    assert not top(imports(path)) & {"streamlit", "great_expectations", "dashboard"}
    assert "expectations.runner" not in imports(path)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_great_expectations_has_one_door(path):
    """Only the runner imports the engine."""
    if name(path) != "expectations/runner.py":
        assert "great_expectations" not in top(imports(path))


@pytest.mark.parametrize("path", under("dashboard/"), ids=name)
def test_the_dashboard_holds_no_sql(path):
    """No DuckDB, no SQLAlchemy and no SQL text in dashboard/."""
    assert not top(imports(path)) & {"duckdb", "sqlalchemy", "alembic"}
    texts = [
        node.value.lower()
        for node in nodes(path)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    assert not [text for text in texts if sum(word in text for word in SQL_WORDS) >= 2]


@pytest.mark.parametrize(
    "path", [*under("dashboard/charts/"), *under("dashboard/format.py")], ids=name
)
def test_charts_and_formats_are_pure(path):
    """dashboard.charts and dashboard.format do not import Streamlit."""
    assert "streamlit" not in top(imports(path))


SPECIFIED = re.compile(r"\{[^{}]*:[^{}]*\}")


def formats(node: ast.AST) -> bool:
    """Whether a node writes a figure or a date: {x:.1f}, "{:,}".format, format(x, ""), strftime."""
    if isinstance(node, ast.FormattedValue):
        return node.format_spec is not None
    if not isinstance(node, ast.Call):
        return False
    function = node.func
    if isinstance(function, ast.Name):
        return function.id == "format"
    if not isinstance(function, ast.Attribute):
        return False
    text = function.value.value if isinstance(function.value, ast.Constant) else ""
    return function.attr == "strftime" or (
        function.attr == "format" and bool(SPECIFIED.search(str(text)))
    )


@pytest.mark.parametrize("path", under("dashboard/"), ids=name)
def test_figures_and_dates_are_written_in_one_place(path):
    """Decimals, separators, signs and dates come from dashboard.format and from nowhere else."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [node.lineno for node in ast.walk(tree) if formats(node)]
    assert not found or name(path) == "dashboard/format.py"


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('f"{x:.1f} 次"', True),
        ('f"{day:%Y-%m-%d}"', True),
        ('"{:,}".format(x)', True),
        ("format(x, '.2f')", True),
        ("day.strftime('%Y')", True),
        ('f"{number(x)} 次"', False),
        ('"{days} 天".format(days=count(x))', False),
    ],
)
def test_every_way_of_formatting_is_seen(code, found):
    """The rule above cannot be passed by another way of saying the same."""
    assert found is any(formats(node) for node in ast.walk(ast.parse(code)))


@pytest.mark.parametrize("path", FILES, ids=name)
def test_duckdb_is_opened_in_one_place(path):
    """Only warehouse.py calls duckdb.connect."""
    calls = [
        node
        for node in nodes(path)
        if isinstance(node, ast.Attribute)
        and node.attr == "connect"
        and isinstance(node.value, ast.Name)
        and node.value.id == "duckdb"
    ]
    assert not calls or name(path) == "pipelines/warehouse.py"


@pytest.mark.parametrize("path", FILES, ids=name)
def test_modules_stay_small_and_say_what_belongs_in_them(path):
    """At most 300 lines (views 120), and a docstring that opens the module."""
    text = path.read_text(encoding="utf-8")
    limit = 120 if "dashboard/views/" in str(path) else 300
    assert len(text.splitlines()) <= limit
    assert ast.get_docstring(nodes(path)[0]) is not None


@pytest.mark.parametrize("path", FILES, ids=name)
def test_no_work_at_import_and_no_unsafe_html(path):
    """today() is never asked at import, and no page shows raw HTML with data."""
    top_level = [node for node in nodes(path)[0].body if isinstance(node, ast.Assign | ast.Expr)]
    called = {
        node.func.attr
        for statement in top_level
        for node in ast.walk(statement)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert not called & {"today", "now", "connect", "read_csv", "read_text", "read_bytes"}
    assert "unsafe_allow_html" not in path.read_text(encoding="utf-8")
