"""The script Streamlit runs for every visit: navigation from the registry, then the page."""

from __future__ import annotations

import streamlit as st

from dashboard import data
from dashboard.catalog import GROUPS, entries
from dashboard.components import error_note
from dashboard.components.addressed import enter_page
from dashboard.components.style import apply_style
from pipelines.errors import AppError


def navigation() -> dict[str, list[st.Page]]:
    """Streamlit pages by group, in registry order; the first one is the page at "/"."""
    pages: dict[str, list[st.Page]] = {group: [] for group in GROUPS}
    for position, entry in enumerate(entries()):
        page = entry.page
        pages[page.group].append(
            st.Page(entry.render, title=page.title, url_path=page.url_path, default=position == 0)
        )
    return {group: found for group, found in pages.items() if found}


def main() -> None:
    """One run of the script."""
    st.set_page_config(page_title="同频", layout="wide")
    apply_style()
    data.pin_build()
    try:
        chosen = st.navigation(navigation())
        enter_page(chosen.url_path)
        chosen.run()
    except AppError as error:
        error_note(error)


if __name__ == "__main__":
    main()
