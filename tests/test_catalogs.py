"""The registries agree with the files: what README says to touch is all there is to touch."""

import csv
import importlib
import pkgutil

import pytest

from dashboard import catalog, views
from expectations.registry import rules_for
from pipelines.domain import contracts
from pipelines.domain.catalog import datasets
from pipelines.domain.fields import Kind
from pipelines.domain.findings import Severity
from pipelines.models import SQL_ROOT, models
from pipelines.reference import personal_columns, vocabularies
from pipelines.rule_pack import rule_pack_in_force
from pipelines.settings import ROOT, Settings

SETTINGS = Settings()
# What staging offers besides the datasets: the uploads themselves, statements, reference data.
NOT_UPLOADED = {
    *("uploads", "receipts", "link_decisions", "explanations"),
    *("units_of_measure", "integrity_thresholds", "rules", "training_norms", "reporting_terms"),
    "step_sets",
}


def test_a_dataset_is_a_contract_a_staging_file_and_a_suite():
    """Each of the three places knows the same datasets."""
    names = set(datasets())
    assert 17 == len(names)
    assert names == {each.name for each in pkgutil.iter_modules(contracts.__path__)}
    assert names | NOT_UPLOADED == {path.stem for path in (SQL_ROOT / "staging").glob("*.sql")}
    assert names == {path.stem for path in (ROOT / "expectations" / "suites").glob("[a-z]*.py")}


@pytest.mark.parametrize("contract", datasets().values(), ids=lambda each: each.name)
def test_a_contract_is_consistent(contract):
    """Grain, key and period name real fields; vocabularies exist; limits make sense."""
    names = set(contract.names)
    assert len(names) == len(contract.fields)
    assert set(contract.grain) <= names
    derived = contract.derived_key or ("", ())
    assert set(derived[1]) <= names
    assert {contract.period_field, contract.unit_field} - {None} <= names
    for each in contract.fields:
        assert (each.kind is Kind.VOCABULARY) == (each.vocabulary is not None)
        assert each.vocabulary is None or each.vocabulary in vocabularies(SETTINGS)


@pytest.mark.parametrize("contract", datasets().values(), ids=lambda each: each.name)
def test_staging_hands_every_column_on(contract):
    """A staging file keeps each contract column, the source row and the upload."""
    (model,) = [each for each in models() if each.name == f"staging.{contract.name}"]
    for column in (*contract.names, "_row as source_row", "uploads.upload_id"):
        assert column in model.sql.replace('"', "")
    assert contract.grain == model.grain


@pytest.mark.parametrize("name", datasets())
def test_required_columns_are_critical(name):
    """Without a required value a row is held back."""
    critical = {
        each.columns[0]
        for each in rules_for(name)
        if each.severity is Severity.CRITICAL and each.id.endswith(".required")
    }
    assert set(datasets()[name].required) <= critical


def test_a_page_is_one_file_in_views():
    """The navigation shows exactly the modules of views/, each with a page and a render."""
    modules = [each.name for each in pkgutil.iter_modules(views.__path__)]
    found = [importlib.import_module(f"dashboard.views.{name}") for name in modules]
    assert {
        *("总览", "显绩·潜绩", "关联分析", "融合链", "单位画像"),
        *("督办整改", "一表双考", "项目成效", "问卷"),
        *("上传入库", "报送进度", "数据质量", "口径与规则"),
    } == {each.PAGE.title for each in found}
    assert all(callable(each.render) for each in found)
    assert len(found) == len(catalog.entries())


def test_vocabulary_spellings_mean_one_thing():
    """No spelling belongs to two codes of one vocabulary."""
    for vocabulary in vocabularies(SETTINGS).values():
        for entry in vocabulary.entries:
            for spelling in entry.ways:
                assert entry.code == vocabulary.lookup(spelling), (vocabulary.name, spelling)


def test_reference_lists_load_and_are_cited():
    """Every rule has a source and a validity; no default is invented where rules vary."""
    rules = rule_pack_in_force(SETTINGS).rules
    assert all(each.source and each.valid_from and each.confidence for each in rules)
    assert [None] == [each.minimum for each in rules if each.rule_id == "party_lecture"]
    assert all(each.reason for each in personal_columns(SETTINGS))


def test_the_demo_dictionary_is_a_dictionary():
    """kpi_dictionary.csv has the columns of the KPI contract."""
    with (ROOT / "data/reference/kpi_dictionary.csv").open(encoding="utf-8-sig") as source:
        rows = list(csv.DictReader(source))
    assert 13 == len(rows)
    assert set(datasets()["kpi_definitions"].required) <= set(rows[0])
