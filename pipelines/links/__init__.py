"""Which KPI, key task or carrier an activity is about: suggested from its words, with reasons."""
