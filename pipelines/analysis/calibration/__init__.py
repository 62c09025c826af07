"""How often the statistics are wrong, measured on made-up panels whose truth is known."""
