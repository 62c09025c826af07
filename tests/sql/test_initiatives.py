"""Carriers with the units they reach: names and 组织对照 as of the start month."""

from datetime import date

from pipelines import queries

SINCE = date(2020, 1, 1)


def _unit(code: str, name: str, tree: str, start: date = SINCE, end: date | None = None) -> dict:
    return {"unit_id": code, "unit_name": name, "tree": tree, "valid_from": start, "valid_to": end}


def _carrier(code: str, unit: str, start: date | None, kpi: str | None = "收入") -> dict:
    return {"carrier_id": code, "kind": "突击队", "unit": unit, "kpi": kpi, "start_on": start}


def test_units_and_bridges_are_those_of_the_start_month(build):
    """A branch reaches the departments it stood for when the carrier began, and no others; what
    cannot be placed keeps its row and its reason."""
    turn, before = date(2026, 1, 1), date(2025, 12, 31)
    content = {
        "units": [
            _unit("A", "甲厂", "admin"),
            _unit("B", "乙厂", "admin"),
            _unit("C", "丙厂", "admin"),
            _unit("P", "一支部", "party"),
            _unit("Q", "二支部", "party"),
        ],
        "unit_bridge": [
            {"party_unit_id": "P", "admin_unit_id": "A", "valid_from": SINCE},
            {
                "party_unit_id": "P",
                "admin_unit_id": "B",
                "valid_from": SINCE,
                "valid_to": before,
            },
            {"party_unit_id": "P", "admin_unit_id": "C", "valid_from": turn},
        ],
        "kpi_definitions": [
            {
                "kpi_id": "K1",
                "name": "收入",
                "unit_of_measure": "元",
                "direction": "up",
                "aggregation": "sum",
                "valid_from": SINCE,
            }
        ],
        "carriers": [
            _carrier("1", "一支部", date(2025, 12, 5)),
            _carrier("2", "一支部", date(2026, 2, 5)),
            _carrier("3", "甲厂", date(2026, 2, 5)),
            _carrier("4", "二支部", date(2026, 2, 5)),
            _carrier("5", "某厂", date(2026, 2, 5)),
            _carrier("6", "甲厂", None),
            _carrier("7", "甲厂", date(2026, 2, 5), None),
            _carrier("8", "甲厂", date(2026, 2, 5), "没有"),
        ],
    }
    built = build([("U1", content)])
    sql = queries.sql_of("initiative_carriers").replace("$day", "'2026-03-31'")
    found = built.rows(
        f"select carrier_id, admin_unit_id, start_month, problem from ({sql}) order by all"  # noqa: S608
    )
    assert [
        ("1", "A", "2025-12", None),
        ("1", "B", "2025-12", None),
        ("2", "A", "2026-02", None),
        ("2", "C", "2026-02", None),
        ("3", "A", "2026-02", None),
        ("4", None, "2026-02", "no_bridge"),
        ("5", None, "2026-02", "unknown_unit"),
        ("6", "A", None, "no_start"),
        ("7", "A", "2026-02", "no_kpi"),
        ("8", "A", "2026-02", "unknown_kpi"),
    ] == found
