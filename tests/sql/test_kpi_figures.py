"""KPI figures on given rows: units of measure, year to date, periods of several months."""

from datetime import date

import pytest

SINCE = date(2020, 1, 1)
MONTHS = ["2026-01", "2026-02", "2026-03", "2026-04"]


def figure(month: str, actual: float | None = None, **more: object) -> dict[str, object]:
    return {"unit": "甲厂", "month": month, "kpi": "收入", "actual": actual, **more}


def content(*figures: dict[str, object], **definition: object) -> dict[str, list]:
    kpi = {"unit_of_measure": "万元", "direction": "up", "aggregation": "sum"} | definition
    return {
        "units": [{"unit_id": "01", "unit_name": "甲厂", "tree": "admin", "valid_from": SINCE}],
        "kpi_definitions": [{"kpi_id": "K1", "name": "收入", "valid_from": SINCE, **kpi}],
        "kpi_values": list(figures),
    }


def observed(build, *figures: dict[str, object], **definition: object) -> list[tuple]:
    """(month, actual, is_differenced) of the single months."""
    return build([("U1", content(*figures, **definition))]).rows(
        "select month, actual, is_differenced from model.kpi_observations order by month"
    )


@pytest.mark.parametrize(
    ("written", "own", "value", "expected"),
    [
        ("亿元", "万元", 1.23, 12300.0),
        ("元", "万元", 1230000, 123.0),
        ("千元", "万元", 1230, 123.0),
        ("百万元", "万元", 1.1, 110.0),
        ("万元", "元", 1.1, 11000.0),
        ("万元", "万元", 1.1, 1.1),
        ("人民币万元", "万元", 1.1, 1.1),
        (None, "万元", 1.1, 1.1),
        ("万吨", "吨", 1.1, 11000.0),
        ("人", "万人", 300, 0.03),
        ("万件", "件", 1.1, 11000.0),
        ("没见过的单位", "没见过的单位", 1.1, 1.1),
        (" 万元 ", "万元", 1 / 3, 1 / 3),
    ],
)
def test_figures_come_in_the_unit_of_their_kpi(build, written, own, value, expected):
    """Money, people and tonnes are converted without dust; no unit and the same unit are as is."""
    row = figure("2026-03", value, target=value, last_year=value, unit_of_measure=written)
    built = build([("U1", content(row, unit_of_measure=own))])
    assert [(expected, expected, expected, None)] == built.rows(
        "select actual, target, last_year, problem from model.kpi_observations"
    )


@pytest.mark.parametrize(("written", "own"), [("人", "万元"), ("没见过", "万元"), ("元", "没见过")])
def test_a_unit_that_cannot_be_converted_gives_no_figure(build, written, own):
    """People are not money, an unknown unit is nothing: the figure is empty and is counted."""
    row = figure("2026-03", 5, target=4, ytd_actual=9, unit_of_measure=written)
    built = build([("U1", content(row, unit_of_measure=own))])
    assert [(None, None, "unit_of_measure", False)] == built.rows(
        "select actual, target, problem, is_differenced from model.kpi_observations"
    )
    assert [("unit_of_measure", "甲厂", 1)] == built.rows(
        "select reason, unit_text, row_count from mart.unresolved"
    )


def test_an_undefined_kpi_is_as_written(build):
    """Without a definition there is nothing to convert to."""
    rows = content() | {
        "kpi_values": [{**figure("2026-03", 5, unit_of_measure="亿元"), "kpi": "新"}]
    }
    assert [(5.0, None)] == build([("U1", rows)]).rows(
        "select actual, problem from model.kpi_observations"
    )


def test_attainment_is_of_the_converted_figure(build):
    """The actual in 亿元 and the corrected target in 万元 come from one row in one unit."""
    row = figure("2026-03", 1.5, target=2, unit_of_measure="亿元")
    assert [(15000.0, 20000.0, 0.75)] == build([("U1", content(row))]).rows(
        "select actual, target, attainment_rate from mart.kpi_unit_month"
    )


def test_months_come_from_the_year_to_date_by_difference(build):
    """January as it is, the others less the month before, each marked; no dust of subtraction."""
    assert [
        ("2026-01", 10.1, True),
        ("2026-02", 20.2, True),
        ("2026-03", 5.0, True),
    ] == observed(
        build,
        *[figure(m, ytd_actual=v) for m, v in zip(MONTHS, (10.1, 30.3, 35.3), strict=False)],
    )


def test_a_reported_month_is_not_differenced(build):
    """Where the month itself is reported it counts, whatever the year to date says."""
    assert [
        ("2026-01", 10.0, False),
        ("2026-02", 7.0, False),
        ("2026-03", None, False),
    ] == observed(
        build,
        figure("2026-01", 10, ytd_actual=10),
        figure("2026-02", 7, ytd_actual=30),
        figure("2026-03"),
    )


def test_january_alone_is_its_year_to_date(build):
    """February's difference needs no year to date of January when January is reported."""
    assert [("2026-01", 10.0, False), ("2026-02", 20.0, True)] == observed(
        build, figure("2026-01", 10), figure("2026-02", ytd_actual=30)
    )


def test_a_gap_before_gives_no_difference(build):
    """Without the month before nothing is subtracted: March stays empty, April is known."""
    assert [("2026-01", 1.0, True), ("2026-03", None, False), ("2026-04", 3.0, True)] == observed(
        build,
        figure("2026-01", ytd_actual=1),
        figure("2026-03", ytd_actual=6),
        figure("2026-04", ytd_actual=9),
    )


def test_the_year_to_date_starts_again_in_january(build):
    """December of the year before is never subtracted."""
    assert [("2025-12", None, False), ("2026-01", 4.0, True)] == observed(
        build, figure("2025-12", ytd_actual=90), figure("2026-01", ytd_actual=4)
    )


@pytest.mark.parametrize("aggregation", ["mean", "last"])
def test_only_kpis_that_add_up_are_differenced(build, aggregation):
    """A rate or a stock of the year to date says nothing by subtraction."""
    assert [("2026-01", None, False), ("2026-02", None, False)] == observed(
        build,
        figure("2026-01", ytd_actual=10),
        figure("2026-02", ytd_actual=30),
        aggregation=aggregation,
    )


def test_targets_are_differenced_too(build):
    """A reported actual beside a target of the year to date; the row is marked."""
    built = build(
        [
            (
                "U1",
                content(figure("2026-01", 8, ytd_target=10), figure("2026-02", 9, ytd_target=30)),
            )
        ]
    )
    assert [(8.0, 10.0, True), (9.0, 20.0, True)] == built.rows(
        "select actual, target, is_differenced from model.kpi_observations order by month"
    )


def test_differences_are_taken_in_the_unit_of_the_kpi(build):
    """January in 万元, the year to date of February in 亿元."""
    assert [("2026-01", 1000.0, False), ("2026-02", 2000.0, True)] == observed(
        build,
        figure("2026-01", 1000, unit_of_measure="万元"),
        figure("2026-02", ytd_actual=0.3, unit_of_measure="亿元"),
    )


def test_a_kpi_nobody_defined_is_told_in_its_usual_unit(build):
    """Two of three figures are in 万元: that is the unit, 亿元 is converted, 吨 is left out."""
    kpi = {"kpi": "未定义", "unit_of_measure": "万元"}
    rows = content(
        figure("2026-01", 10) | kpi,
        figure("2026-02", 20) | kpi,
        figure("2026-03", 0.3) | kpi | {"unit_of_measure": "亿元"},
        figure("2026-04", 5) | kpi | {"unit_of_measure": "吨"},
    )
    built = build([("U1", rows)])
    assert [
        ("2026-01", 10.0, "万元", None),
        ("2026-02", 20.0, "万元", None),
        ("2026-03", 3000.0, "万元", None),
        ("2026-04", None, "万元", "unit_of_measure"),
    ] == built.rows(
        "select month, actual, unit_of_measure, problem from model.kpi_observations "
        "where kpi_id = '未定义' order by month"
    )


def test_a_period_is_kept_and_never_split(build):
    """1—2月 without January stays what it is: no month is made of it, nothing is lost."""
    built = build([("U1", content(figure("2026-02", 30, months=2, target=40)))])
    assert [] == built.rows("select * from model.kpi_observations")
    assert [("01", "K1", "收入", "2026-02", 2, 30.0, 40.0)] == built.rows(
        "select unit_id, kpi_id, kpi_name, month, months, actual, target from model.kpi_periods"
    )
    assert [(1, 0)] == built.rows(
        "select kpi_period_row_count, differenced_kpi_row_count from mart.totals"
    )


def test_a_period_from_january_is_the_year_to_date_of_its_last_month(build):
    """March is 1—3月 less 1—2月; a quarter that starts in April is not."""
    assert [("2026-03", 15.0, True)] == observed(
        build,
        figure("2026-02", 30, months=2),
        figure("2026-03", ytd_actual=45),
        figure("2026-06", 99, months=3),
    )


def test_a_month_may_be_what_is_left_of_a_period(build):
    """一季度 less the year to date of February is March; its source is the row of 一季度."""
    built = build(
        [
            (
                "U1",
                content(figure("2026-02", 7, ytd_actual=30), figure("2026-03", 45, months=3)),
            )
        ]
    )
    assert [("2026-02", 7.0, False, 2), ("2026-03", 15.0, True, 3)] == built.rows(
        "select month, actual, is_differenced, source_row "
        "from model.kpi_observations order by month"
    )


def test_a_month_and_a_period_of_one_grain_stand_side_by_side(build):
    """February and 1—2月 end in the same month and are two figures."""
    built = build([("U1", content(figure("2026-02", 5), figure("2026-02", 12, months=2)))])
    assert [(1, 5.0), (2, 12.0)] == built.rows(
        "select months, actual from staging.kpi_values order by months"
    )
    assert [(5.0, False)] == built.rows("select actual, is_differenced from mart.kpi_unit_month")


def test_empty_months_count_as_one(build):
    """Rows accepted before 期间月数 existed are single months, and later rows replace them."""
    first, second = figure("2026-02", 5, months=None), figure("2026-02", 6, months=1)
    built = build([("U1", content(first)), ("U2", {"kpi_values": [second]})])
    assert [(1, 6.0)] == built.rows("select months, actual from staging.kpi_values")


def test_points_of_one_source_row_are_rows_of_their_own(build):
    """A wide row gives a figure a month, all from one line of the file."""
    rows = [figure(month, at, _row=5) for at, month in enumerate(MONTHS)]
    assert [(4, 4)] == build([("U1", content(*rows))]).rows(
        "select count(*), count(distinct month) from model.kpi_observations where source_row = 5"
    )


def test_of_two_spellings_in_one_row_the_later_counts(build):
    """Two columns that mean one KPI: the one further on in the file."""
    rows = content(figure("2026-02", 1, _row=5), aliases="营收")
    rows["kpi_values"].append({**figure("2026-02", 2, _row=5), "kpi": "营收"})
    assert [(2.0,)] == build([("U1", rows)]).rows("select actual from model.kpi_observations")


def test_a_total_with_a_differenced_month_is_marked(build):
    """The mark reaches the totals of the organisation."""
    built = build([("U1", content(figure("2026-01", 1), figure("2026-02", ytd_actual=3)))])
    assert [("2026-01", 1.0, False), ("2026-02", 2.0, True)] == built.rows(
        "select month, actual, is_differenced from mart.kpi_month order by month"
    )


def test_a_spelling_has_one_meaning(build):
    """No unit of measure is written like another."""
    assert [] == build([]).rows(
        "select spelling from staging.units_of_measure group by spelling having count(*) > 1"
    )
    assert [("金额", 1e4)] == build([]).rows(
        "select family, factor from staging.units_of_measure where spelling = '万元'"
    )


def test_a_figure_in_a_wrong_unit_is_not_filled_by_subtraction(build):
    """February in 人 stays empty and told, though 1—2月 less January would give a number."""
    built = build(
        [
            (
                "U1",
                content(
                    figure("2026-01", 10),
                    figure("2026-02", 5, unit_of_measure="人"),
                    figure("2026-02", 30, months=2),
                ),
            )
        ]
    )
    assert [(10.0, None), (None, "unit_of_measure")] == built.rows(
        "select actual, problem from model.kpi_observations order by month"
    )


def redefined(*definitions: dict[str, object], figures: list[dict]) -> list[tuple]:
    """Uploads of 甲厂 and its figures, with the versions of K1."""
    base = {"kpi_id": "K1", "name": "收入", "unit_of_measure": "万元", "aggregation": "sum"}
    given = content(*figures)
    given["kpi_definitions"] = [base | each for each in definitions]
    return [("U1", given)]


def test_a_month_is_judged_by_the_definition_of_then(build):
    """Up until March, a band from March on: what was met stays met, by unit and in total."""
    built = build(
        redefined(
            {"valid_from": SINCE, "direction": "up", "weight": 2.0},
            {
                "valid_from": date(2026, 3, 1),
                "direction": "band",
                "band_low": 50.0,
                "band_high": 80.0,
                "weight": 1.0,
            },
            figures=[figure(each, 100.0, target=100.0) for each in MONTHS],
        )
    )
    told = [("2026-01", 1.0), ("2026-02", 1.0), ("2026-03", 0.75), ("2026-04", 0.75)]
    for table in ("model.kpi_observations", "mart.kpi_month", "mart.attainment_unit_month"):
        assert told == built.rows(
            f"select month, attainment_rate from {table} order by month"  # noqa: S608 - ours
        )
    of_now = [(2.0, "band"), (2.0, "band"), (1.0, "band"), (1.0, "band")]
    assert of_now == built.rows("select weight, direction from mart.kpi_unit_month order by month")


def test_the_first_definition_holds_for_the_months_before_it(build):
    """A register that begins in 2027 does not leave 2026 without attainment."""
    built = build(
        redefined(
            {"valid_from": date(2027, 1, 1), "direction": "up"},
            {"valid_from": date(2027, 6, 1), "direction": "down"},
            figures=[figure("2026-03", 50.0, target=100.0)],
        )
    )
    assert [(0.5,)] == built.rows("select attainment_rate from model.kpi_observations")


def test_the_band_of_a_former_unit_of_measure_is_converted(build):
    """The band of then was in 亿元; the figures of all months come in the 万元 of now."""
    band = {"direction": "band", "valid_from": SINCE, "band_low": 1.0, "band_high": 2.0}
    now = {"valid_from": date(2026, 3, 1), "direction": "up"}
    built = build(
        redefined(
            band | {"unit_of_measure": "亿元"},
            now,
            figures=[figure("2026-02", 15000.0), figure("2026-01", 5000.0)],
        )
    )
    assert [(0.5,), (1.0,)] == built.rows(
        "select attainment_rate from model.kpi_observations order by month"
    )


def test_a_former_name_of_a_kpi_is_still_read(build):
    """Renamed in March: files of before and after are one series under the name of now."""
    built = build(
        redefined(
            {"valid_from": SINCE, "direction": "up", "aliases": "营收"},
            {"valid_from": date(2026, 3, 1), "direction": "up", "name": "营业收入"},
            figures=[
                figure("2026-01", 1.0),
                figure("2026-02", 2.0) | {"kpi": "营收"},
                figure("2026-03", 3.0) | {"kpi": "营业收入"},
            ],
        )
    )
    assert [
        ("K1", "营业收入", 1.0),
        ("K1", "营业收入", 2.0),
        ("K1", "营业收入", 3.0),
    ] == built.rows("select kpi_id, kpi_name, actual from model.kpi_observations order by month")


def test_a_name_that_passed_to_another_kpi_means_that_one(build):
    """收入 was K1 and is K2 now; K1 is 营业收入: the word means what it means today."""
    uploads = redefined(
        {"valid_from": SINCE, "direction": "up"},
        {"valid_from": date(2026, 3, 1), "direction": "up", "name": "营业收入"},
        {"valid_from": date(2026, 3, 1), "direction": "up", "kpi_id": "K2"},
        figures=[figure("2026-04", 3.0)],
    )
    assert [("K2", 3.0)] == build(uploads).rows("select kpi_id, actual from model.kpi_observations")


def test_a_total_is_made_by_the_definition_of_its_month(build):
    """Added up until March, averaged from then on: two units of 10 and 30."""
    (upload,) = redefined(
        {"valid_from": SINCE, "direction": "up", "aggregation": "sum"},
        {"valid_from": date(2026, 3, 1), "direction": "up", "aggregation": "mean"},
        figures=[figure(each, 10.0, target=20.0) for each in MONTHS]
        + [figure(each, 30.0, target=20.0) | {"unit": "乙厂"} for each in MONTHS],
    )
    first = upload[1]["units"][0]
    upload[1]["units"].append(first | {"unit_id": "02", "unit_name": "乙厂"})
    assert [40.0, 40.0, 20.0, 20.0] == [
        each for (each,) in build([upload]).rows("select actual from mart.kpi_month order by month")
    ]
