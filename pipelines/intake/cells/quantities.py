"""Quantities as people write them: digits, Chinese numerals, units of measure."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path

from pipelines.intake.inspection import Option
from pipelines.reference import fold, rows_of
from pipelines.settings import Settings

PERCENT = "%"
POINTS = "个百分点"

_SCALES = {
    "百": 1e2, "千": 1e3, "万": 1e4, "十万": 1e5, "百万": 1e6,
    "千万": 1e7, "亿": 1e8, "十亿": 1e9, "百亿": 1e10, "千亿": 1e11, "万亿": 1e12,
}  # fmt: skip
_NUMBER = re.compile(
    r"(?P<sign>[+-]? ?)(?P<digits>(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+|[0-9]+)"
    r"(?:\.[0-9]+)?|\.[0-9]+)(?P<exponent>[eE][+-]?[0-9]{1,3})?(?P<tail>[^0-9.,].*)?",
    re.DOTALL,
)
_CHINESE = re.compile(r"[零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟]{1,30}")
_BRACKETED = re.compile(r"\(([0-9.,]+%?)\)(.+)")  # (1,234) 万元
_LISTED = re.compile(r"[0-9]{1,2}")  # (3) may as well be the number of a list
_FORMAL = str.maketrans("〇两壹贰叁肆伍陆柒捌玖拾佰仟", "零二一二三四五六七八九十百千")
_DIGITS = "零一二三四五六七八九"
_UNITS = {"十": 10, "百": 100, "千": 1000}
_NUMERAL = re.compile(r"[0-9零一二两三四五六七八九十百千万]")
_BOUND = re.compile(
    r"超|逾|不足|[以之][上下内]|至[少多]|最[少多高低]|[不未][少低高大小][于过]|[大小高低少多]于|[≥≤><≧≦]"
)
_ABOUT = re.compile(r"约|近|大概|左右|上下|余|多|几|若干|数[十百千万亿]|[≈~]")
_RANGE = re.compile(r"[0-9][^0-9]{0,4}[-~—–至到][0-9]")
_DATE = re.compile(r"[0-9]{4} ?[-/年.] ?[0-9]{1,2} ?([-/月.]|$)")
_MISPLACED = re.compile(r"-?[0-9]+(,[0-9]+)+(\.[0-9]+)?")


class CellError(ValueError):
    """A cell that cannot be typed: ``why`` and ``how`` in Chinese, to follow “列”：.

    With ``options`` a person can say what is meant; each value is a cell that can be typed.
    """

    def __init__(self, why: str, how: str, options: tuple[Option, ...] = ()) -> None:
        super().__init__(why)
        self.why = why
        self.how = how
        self.options = options


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A unit of measure: ``factor`` of the base unit of its ``family`` (万元 is 10000 元)."""

    family: str
    name: str
    factor: float


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """``value`` in ``measure`` as written (None: in the column's); ``note`` as in Typed."""

    value: float | None
    measure: str | None = None
    note: str | None = None


def units_of_measure(settings: Settings) -> dict[str, Measure]:
    """The units of data/reference/units_of_measure.csv by folded name and spelling."""
    return _load(settings.reference_root)


@cache
def _load(root: Path) -> dict[str, Measure]:
    found: dict[str, Measure] = {}
    for row in rows_of(root / "units_of_measure.csv"):
        measure = Measure(family=row["family"], name=row["name"], factor=float(row["factor"]))
        for spelling in (row["name"], *row["spellings"].split("|")):
            found[fold(spelling)] = measure
    return found


@lru_cache(maxsize=4096)
def find_measure(text: str) -> Measure | None:
    """The unit of measure written as ``text``, also 万件 where the list has 件; else None."""
    units = units_of_measure(Settings())
    wanted = fold(text)
    if wanted in units:
        return units[wanted]
    base = units.get(wanted[1:])
    if base is None or base.factor != 1 or wanted[0] not in "万亿":
        return None
    return replace(base, name=wanted[0] + base.name, factor=_SCALES[wanted[0]])


def convert(value: float, from_: str, to: str) -> float:
    """``value`` of unit ``from_`` in unit ``to``, to 15 digits. Raises CellError (单位对不上)."""
    check_measure(from_, to)
    source, target = find_measure(from_), find_measure(to)
    if source is None or target is None or source.factor == target.factor:
        return value
    return exact(value * source.factor / target.factor, 15)


def check_measure(written: str, wanted: str) -> None:
    """Raise CellError unless ``written`` and ``wanted`` measure the same thing."""
    source, target = find_measure(written), find_measure(wanted)
    same = source is not None and target is not None and source.family == target.family
    if not same and fold(written) != fold(wanted):
        raise CellError(
            f"单位对不上：写的是“{written}”，这里应是“{wanted}”",
            f"请换算成“{wanted}”，或改正表头、单元格里的单位",
        )


def exact(value: float, digits: int) -> float:
    """``value`` to so many significant digits, without the dust of binary arithmetic.

    Raises CellError when it is no finite number.
    """
    if not math.isfinite(value):
        raise CellError("数字超出范围", "请核对位数")
    return float(f"{value:.{digits}g}")


def show(value: float) -> str:
    """A number as in a sentence: 170, 12.5."""
    return f"{value:.15g}"


def chinese_number(text: str) -> int | None:
    """二十五 → 25, 一万二千 → 12000; None for anything not written in the usual way."""
    formal = text.translate(_FORMAL)
    hundred_millions = ten_thousands = section = digit = 0
    for each in formal:
        if each in _DIGITS:
            digit = _DIGITS.index(each)
        elif each in _UNITS:
            section += (digit or 1) * _UNITS[each]
            digit = 0
        elif each == "万":
            ten_thousands = (section + digit) * 10**4
            section = digit = 0
        elif each == "亿":
            hundred_millions = (ten_thousands + section + digit) * 10**8
            ten_thousands = section = digit = 0
        else:
            return None
    value = hundred_millions + ten_thousands + section + digit
    return value if _short(formal) == _short(to_chinese(value)) else None


def _short(numeral: str) -> str:
    return numeral[1:] if numeral.startswith("一十") else numeral


def to_chinese(value: int) -> str:
    """The numeral of a whole number from 0 to below a trillion."""
    if value < 10:
        return _DIGITS[value]
    for size, name in ((10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百"), (10, "十")):
        if value >= size:
            head, rest = divmod(value, size)
            zero = "零" if rest and rest < size // 10 else ""
            return to_chinese(head) + name + (zero + to_chinese(rest) if rest else "")
    raise AssertionError("unreachable: every value from 10 has a size")


def read_number(text: str, measure: str | None = None) -> Quantity:
    """A plain number with or without its unit: 1,200.5 元, (1,234), 三次, 12.3万, 12.5%.

    ``text`` is half-width. ``measure``: the column's, which may be no unit of the list.
    """
    body, bracketed = _without_brackets(text.strip().replace("−", "-"))
    money, percent = body.startswith(("¥", "人民币")), body.startswith("百分之")
    body = body.removeprefix("¥").removeprefix("人民币").removeprefix("百分之").strip()
    split = _split_digits(body) or _split_numeral(body)
    if split is None or (bracketed and split[0] < 0):
        raise _refusal(text)
    value, tail = split
    value = exact(-value if bracketed else value, 17)
    note = f"“{text}”读作 {show(value)}" if bracketed and _LISTED.fullmatch(body) else None
    tail = _without_brackets(tail.strip())[0]
    if percent or (money and not tail):
        tail += PERCENT if percent else "元"
    elif money and tail in _SCALES:
        tail += "元"
    if not tail:
        return Quantity(value=value, note=note)
    if tail in _SCALES:
        return _scaled(text, value, tail, measure)
    known = find_measure(tail)
    if known is None and (measure is None or fold(tail) != fold(measure)):
        raise _refusal(text, tail)
    return Quantity(value=value, measure=known.name if known else measure, note=note)


def _without_brackets(text: str) -> tuple[str, bool]:
    if text.startswith("(") and text.endswith(")"):
        return text[1:-1].strip(), True
    if found := _BRACKETED.fullmatch(text):
        return f"{found[1]}{found[2]}", True
    return text, False


def _split_digits(text: str) -> tuple[float, str] | None:
    """Value and tail of a text that begins with digits."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    digits = found["digits"].replace(",", "").replace(" ", "")
    value = float(digits + (found["exponent"] or ""))
    return -value if found["sign"].startswith("-") else value, found["tail"] or ""


def _split_numeral(text: str) -> tuple[float, str] | None:
    """Value and tail of a text that begins with a Chinese numeral, the longest that is one."""
    sign = -1.0 if text.startswith("负") else 1.0
    text = text.removeprefix("负")
    found = _CHINESE.match(text)
    for end in range(found.end() if found else 0, 0, -1):
        if (value := chinese_number(text[:end])) is not None:
            return sign * value, text[end:]
    return None


def _scaled(text: str, value: float, scale: str, measure: str | None) -> Quantity:
    """12.3万 in a column of 件 is 123000; in one of 万元 it may mean 12.3 or 123000."""
    scaled = exact(value * _SCALES[scale], 15)
    if measure and _is_scaled(measure):
        options = tuple(
            Option(value=show(each), label=f"{show(each)} {measure}") for each in (value, scaled)
        )
        why = f"分不清“{scale}”是否就是“{measure}”里的那一个"
        raise CellError(why, f"请只填以“{measure}”为单位的数", options)
    return Quantity(value=scaled, note=f"“{text}”读作 {show(scaled)}")


def _is_scaled(measure: str) -> bool:
    known = find_measure(measure)
    money = known is not None and known.family == "金额" and known.factor != 1
    return money or measure[0] in "万亿"


def _refusal(text: str, tail: str = "") -> CellError:
    """Why ``text`` is no number."""
    numeral = _NUMERAL.search(text) is not None
    if _DATE.match(text):
        return CellError("是日期或月份，不是数字", "请填数字或留空")
    if numeral and _BOUND.search(text):
        return CellError("是范围，不是一个确切的数", "请填确切的数，或留空")
    if numeral and _ABOUT.search(text):
        return CellError("是约数，不是确切的数", "请填确切的数，或留空")
    if _RANGE.search(text):
        return CellError("是范围，不是一个确切的数", "请填确切的数，或留空")
    if _MISPLACED.fullmatch(text):
        return CellError("千分位逗号的位置不对", "请核对位数，去掉逗号")
    if tail and len(tail) <= 8 and text[0] in "0123456789.+-(¥" and not _NUMERAL.search(tail):
        how = "请只填数字，把单位写进表头；常用的单位可由管理员加入计量单位表"
        return CellError(f"不是数字，“{tail}”也不是认得的计量单位", how)
    return CellError("不是数字", "请填数字或留空")
