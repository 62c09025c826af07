"""Streamlit only shows: pages, charts, components and the server around them."""
