"""What cells say about amounts and their changes: 1,200 元, 增长1.7倍, 持平, 由亏转盈."""

from __future__ import annotations

import re
from dataclasses import replace

from pipelines.intake.cells.quantities import (
    PERCENT,
    POINTS,
    CellError,
    Quantity,
    check_measure,
    exact,
    read_number,
    show,
)
from pipelines.intake.inspection import Option
from pipelines.reference import fold

LONGEST = 200  # characters of a cell that can still be a number

_AGAINST = re.compile(
    r"^(?:同比|环比|[较比与]?(?:上年|去年|上月|上期|上季度)(?:同期|同月)?(?:相比)?)+[:：,，]?"
)
_UP = "增长|增加|上升|提高|提升|上涨|增|升|↑"
_DOWN = "负增长|下降|减少|降低|下滑|回落|下跌|降|减|↓"
_CHANGE = re.compile(
    rf"(?P<word>{_DOWN}|{_UP})(?P<level>至|到|为|了)?[:：]?(?P<rest>.+)", re.DOTALL
)
_MULTIPLE = re.compile(
    r"(?:是|为|达|达到|相当于)(?:上年|去年|上月|上期)(?:同期|同月)?的?(?P<rest>.+倍)"
)
_SAME = {"持平", "不变", "无变化", "没有变化", "零增长"}
_NO_NUMBER = re.compile(r"由[亏盈]转[亏盈]|扭亏(?:为盈)?|转[亏盈]|[增减]亏|亏损")
_DOUBLED = {"翻番", "翻一番"}


def read_quantity(text: str, measure: str | None = None) -> Quantity:
    """The quantity that a cell of half-width ``text`` states in a column of ``measure``.

    None as value where the words state none (增亏), with a note. Raises CellError.
    """
    text = text.strip()
    if len(text) > LONGEST:
        raise CellError("太长，不是数字", "请填数字或留空")
    if text and set(text) == {"一"}:
        options = (Option(value="—", label="没有数据（横线）"), Option(value="1", label="1"))
        raise CellError("分不清是横线还是数字一", "请留空，或改填 1", options)
    quantity = _read_words(text, measure) or read_number(text, measure)
    if quantity.measure and measure:
        check_measure(quantity.measure, measure)
    return quantity


def _read_words(text: str, measure: str | None) -> Quantity | None:
    """增长1.7倍, 持平, 由亏转盈 …; None when ``text`` is not about a change."""
    rest = _AGAINST.sub("", "".join(text.split()))
    if _NO_NUMBER.fullmatch(rest):
        return Quantity(value=None, note=f"“{text}”没有数值，留空")
    if rest in _SAME:
        return _unchanged(text, measure)
    if rest in _DOUBLED:
        return Quantity(value=100.0, measure=PERCENT, note=f"“{text}”读作 100%")
    if found := _MULTIPLE.fullmatch(rest):
        raise _multiple_of_last_year(read_number(found["rest"], None).value or 0)
    if found := _CHANGE.fullmatch(rest):
        return _read_change(text, found)
    return read_number(rest, measure) if rest != "".join(text.split()) else None


def _unchanged(text: str, measure: str | None) -> Quantity:
    """持平 is no change of a rate; of an amount it would need last year's."""
    if measure and fold(measure) not in (PERCENT, "‰", POINTS):
        raise CellError("没有写数值", f"请填以“{measure}”为单位的数，或留空")
    return Quantity(value=0.0, note=f"“{text}”读作 0")


def _read_change(text: str, found: re.Match[str]) -> Quantity:
    quantity = read_number(found["rest"], None)
    value = quantity.value or 0.0
    down = found["word"] in _DOWN.split("|")
    if found["level"] in ("至", "到", "为") and quantity.measure == "倍":
        raise _multiple_of_last_year(value)
    if found["level"] in ("至", "到"):
        raise CellError("写的是变动之后的数，不是增减多少", "请按列的意思填一个确切的数")
    if down and (value < 0 or quantity.measure == "倍"):
        raise CellError(
            "分不清是增还是减、减了多少", "请写成 -12% 或 12% 这样的数", _signs(quantity)
        )
    if quantity.measure == "倍":
        percent = exact(value * 100, 15)
        return Quantity(value=percent, measure=PERCENT, note=f"“{text}”读作 {show(percent)}%")
    signed = -value if down else value
    certain = quantity.measure in (PERCENT, "‰", POINTS) and value >= 0
    note = None if certain else f"“{text}”读作 {show(signed)}{quantity.measure or ''}"
    return replace(quantity, value=signed, note=note or quantity.note)


def _signs(quantity: Quantity) -> tuple[Option, ...]:
    if quantity.measure == "倍":
        return ()
    size = f"{show(abs(quantity.value or 0.0))}{quantity.measure or ''}"
    return (Option(value=f"-{size}", label=f"减 {size}"), Option(value=size, label=f"增 {size}"))


def _multiple_of_last_year(times: float) -> CellError:
    growth, level = f"{show(exact((times - 1) * 100, 15))}%", f"{show(exact(times * 100, 15))}%"
    options = (
        Option(value=growth, label=f"增幅 {growth}（是原来的 {show(times)} 倍）"),
        Option(value=level, label=f"{level}（增加了 {show(times)} 倍）"),
    )
    return CellError("分不清是原来的几倍还是增加了几倍", "请写成百分数，例如 70%", options)
