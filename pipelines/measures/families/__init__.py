"""One module a family of measures, each with the tuple ``MEASURES``."""
