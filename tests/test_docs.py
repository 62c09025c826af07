"""The docs say what the code does."""

import os
import re
import subprocess

import pytest

from pipelines import queries
from pipelines.analysis import evidence, prepare
from pipelines.cli.main import _parser
from pipelines.glossary import PATH, glossary
from pipelines.settings import ROOT, Settings

README = (ROOT / "README.md").read_text(encoding="utf-8")
TRACE = (ROOT / "docs/trace-example.md").read_text(encoding="utf-8")
PINNED = ("requirements.txt", "requirements-dev.txt")


def test_the_glossary_is_fresh():
    """`make glossary` would change nothing."""
    assert glossary(Settings()) == PATH.read_text(encoding="utf-8")


def test_readme_names_every_command():
    """Each subcommand is in README, and README names no other."""
    (action,) = [each for each in _parser()._actions if each.choices and not each.option_strings]
    assert set(action.choices) == set(re.findall(r"python -m pipelines (\w+)", README))


def test_readme_names_every_setting():
    """Each environment variable that the code reads is documented, and no other."""
    sources = [*(ROOT / "pipelines").rglob("*.py"), *(ROOT / "dashboard").rglob("*.py")]
    read = {
        name
        for path in sources
        for name in re.findall(r'"(TONGPIN_[A-Z_]+)"', path.read_text(encoding="utf-8"))
    }
    assert read == set(re.findall(r"`(TONGPIN_[A-Z_]+)`", README))


@pytest.mark.parametrize(
    "place", re.findall(r"`((?:pipelines|data|expectations|dashboard|docs)/[^`]*)`", README)
)
def test_readme_points_at_what_is_there(place):
    """Every path named in README exists (the store only after the first start)."""
    assert (ROOT / place).exists() or place.startswith("data/store")


def test_links_and_images_exist():
    """No dead relative link in README."""
    for target in re.findall(r"\]\(([^)h][^)]*)\)", README):
        assert (ROOT / target).exists(), target


@pytest.mark.parametrize("name", PINNED)
def test_dependencies_are_pinned_with_a_reason(name):
    """Every direct dependency is exact and says why; the rest is in constraints.txt."""
    pinned = (ROOT / "constraints.txt").read_text(encoding="utf-8").lower().replace("_", "-")
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        found = re.fullmatch(r"([\w.-]+)(\[\w+\])?==([\w.]+)\s+# .{10,}", line)
        assert found, line
        assert f"{found[1]}=={found[3]}".lower() in pinned, line


def test_duckdb_stays_on_the_line_that_works():
    """2.0.0 is on the index and must not come in."""
    assert re.search(r"^duckdb==1\.5\.", (ROOT / "requirements.txt").read_text(), re.MULTILINE)


def test_no_personal_data_in_the_sample():
    """No telephone, no identity number in any text file of data/."""
    texts = [path.read_bytes() for path in (ROOT / "data").rglob("*.csv")]
    assert texts
    for text in texts:
        assert not re.search(rb"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)\d{17}[\dXx](?!\d)", text)


def test_the_trace_example_is_true(demo_settings):
    """The figure, the rows behind it and the line of the source file are as the doc says."""
    mart = queries.open_mart(demo_settings)
    totals = queries.run(mart, "kpi_month_totals", month="2026-10").set_index("kpi_id")
    rows = queries.run(mart, "kpi_rows", month="2026-10", kpi_id="YW01", unit_id=None)
    mart.close()
    total, line = totals.loc["YW01"], rows[rows["unit_name"] == "东塘自来水厂"].iloc[0]
    assert f"**{total['actual'] / 1e4:.2f}亿元**，目标 {total['target'] / 1e4:.2f}亿元" in TRACE
    assert f"达成率 {total['attainment_rate']:.1%}" in TRACE
    assert f"{total['met_unit_count']:.0f}/{total['unit_count']} 个单位达成" in TRACE
    assert f"{rows['actual'].sum():,.2f} ÷ {total['target']:,.2f}" in TRACE
    assert total["actual"] == pytest.approx(rows["actual"].sum())
    assert f"**{line['file_name']} 第 {line['source_row']} 行**" in TRACE
    assert f"实际 {line['actual']:.2f}，目标 {line['target']:.2f}" in TRACE
    source = (ROOT / "data/sample" / line["file_name"]).read_text(encoding="utf-8-sig")
    assert source.splitlines()[line["source_row"] - 1] in TRACE
    assert (demo_settings.received / line["sha256"]).exists()


def test_ci_calls_make_test():
    """The hook of the CI runs the same command as a developer."""
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert "make test" in script
    assert os.access(ROOT / ".ci/run", os.X_OK)


def test_make_knows_its_targets():
    """`make -n` expands run and test without an error."""
    for target in ("run", "test", "bench", "lint", "sample", "glossary"):
        done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, check=False)
        assert 0 == done.returncode, done.stderr


def test_the_association_is_explained_with_its_states_and_gates():
    """Every state and the figures of its gates stand in docs/association.md."""
    text = (ROOT / "docs/association.md").read_text(encoding="utf-8")
    assert not [state for state in evidence.STATES if f"| {state} |" not in text]
    gates = (
        f"q ≤ {evidence.STRONG_Q:.2f}，至少 {evidence.FULL_UNITS} 个单位",
        f"{evidence.STRONG_Q:.2f}—{evidence.CLUE_Q:.2f} 之间",
        f"±{evidence.NEGLIGIBLE} 个常见波动",
        f"不到 {prepare.MIN_UNITS} 个单位、{prepare.MIN_MONTHS} 个月",
        f"的单位不到 {prepare.MIN_ACTIVE_UNITS} 个",
    )
    assert not [gate for gate in gates if gate not in text]
