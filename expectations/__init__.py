"""Validation rules as data (rules, suites) and the worker process that runs them (runner)."""
