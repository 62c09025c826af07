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
.st-key-narrow_lights { display: none; }
@media (max-width: 640px) {
  .st-key-wide_lights { display: none; }
  .st-key-narrow_lights { display: flex; }
  [data-testid="stMainBlockContainer"] { padding: 3rem 1rem 4rem; }
  h1 { font-size: 1.375rem !important; }
}
</style>
"""


def apply_style() -> None:
    """Write the style into the page."""
    st.html(STYLE)
