"""The improvement that a claim promises, read from its words."""

from __future__ import annotations

import re

_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*(.*)", re.DOTALL)
_UP = ("提高", "提升", "上升", "增加", "增长", "升高")
_DOWN = ("下降", "降低", "减少", "压减", "缩短", "压降")


def promised_amount(
    text: str | None, unit_of_measure: str | None, direction: str | None
) -> float | None:
    """The number in ``text`` as an improvement in the unit of the KPI, None when it says none.

    Only an amount in the KPI's own unit counts (个百分点 for %), in the good direction of the KPI;
    "逐步提升", "增长5%" of an amount, or 提高 of a KPI that should fall are no number to test.
    """
    found = _AMOUNT.search(text or "")
    if found is None or direction not in ("up", "down"):
        return None
    words = _UP if direction == "up" else _DOWN
    if not any(word in text[: found.start()] for word in words):
        return None
    wanted = "个百分点" if unit_of_measure in ("%", "％") else (unit_of_measure or "")
    written = found.group(2).strip().rstrip("以上。")
    return float(found.group(1)) if wanted and written == wanted else None
