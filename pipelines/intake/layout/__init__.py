"""Where the tables of a file are and what their columns mean."""
