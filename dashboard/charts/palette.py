"""The one palette: Altair, slides and sheets take their colours from here."""

from __future__ import annotations

BETTER = "#0b559f"
WORSE = "#e08214"
WORSE_TEXT = "#b35806"
CONTEXT = "#b8bcc2"
CONTEXT_FAINT = "#e3e6ea"
INK = "#1f2933"
INK_SOFT = "#5c6773"
PAPER = "#ffffff"

# Blue–brown, dark at both ends, near white at 0. The stops are those of METHODS (a) 11 and are
# the same for every chart, so that a colour always means the same r.
DIVERGING_STOPS = (-1.0, -0.5, -0.2, -0.1, 0.0, 0.1, 0.2, 0.5, 1.0)
DIVERGING_COLOURS = (
    "#6b3504",
    "#a65a16",
    "#d29a5c",
    "#edd3b3",
    "#f7f7f7",
    "#bdd4ea",
    "#73a5d3",
    "#2a6fb3",
    "#083a70",
)

FONT = (
    "'PingFang SC','Microsoft YaHei','Noto Sans CJK SC','Source Han Sans SC',"
    "'WenQuanYi Micro Hei',sans-serif"
)
