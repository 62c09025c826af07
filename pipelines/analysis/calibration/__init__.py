"""How often the methods are right on panels whose truth is known."""
