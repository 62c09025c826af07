"""What the field calls things: datasets, fields, findings, months; standard library only."""
