"""Constant style of all pages; no value from data ever enters it."""

from __future__ import annotations

import streamlit as st

STYLE = """
<style>
[data-testid="stMainBlockContainer"] { padding-top: 3rem; }
[data-testid="stAppDeployButton"] { display: none; }
[data-testid="InputInstructions"] { display: none; }
[data-testid="stSidebarNav"]::before {
  content: "同频"; display: block; padding: 0 0.5rem 0.75rem;
  font-size: 1.375rem; font-weight: 700; color: #0b559f; letter-spacing: 0.1em;
}
h1, h2, h3 { letter-spacing: 0; line-height: 1.35; }
[class*="st-key-narrow_"] { display: none; }
[class*="st-key-tiles_"] [data-testid="stMetricValue"] + div { flex-wrap: wrap; row-gap: 0; }
[class*="st-key-tiles_"] [data-testid="stLayoutWrapper"] > [data-testid="stVerticalBlock"] {
  gap: 0.5rem;
}
@media (max-width: 640px) {
  [class*="st-key-wide_"] { display: none; }
  [class*="st-key-narrow_"] { display: flex; }
  [data-testid="stMainBlockContainer"] { padding: 3rem 1rem 4rem; }
  h1 { font-size: 1.375rem !important; }
  [class*="st-key-tiles_"] [data-testid="stHorizontalBlock"] { gap: 0.5rem; }
  [class*="st-key-tiles_"] [data-testid="stColumn"] {
    min-width: calc(50% - 0.25rem); flex: 1 1 calc(50% - 0.25rem); max-width: calc(50% - 0.25rem);
  }
  [class*="st-key-tiles_"] [data-testid="stColumn"]:not(:has([data-testid="stMetric"])) {
    display: none;
  }
  [class*="st-key-tiles_"] [data-testid="stLayoutWrapper"] > [data-testid="stVerticalBlock"] {
    padding: 0.625rem;
  }
  [class*="st-key-tiles_"] [data-testid="stMetricValue"] { font-size: 1.375rem; }
  [class*="st-key-tiles_"] [data-testid="stMetricLabel"] { height: auto; }
  [class*="st-key-tiles_"] [data-testid="stMetricLabel"] p { white-space: normal; }
}
</style>
"""


def apply_style() -> None:
    """Write the style into the page."""
    st.html(STYLE)
