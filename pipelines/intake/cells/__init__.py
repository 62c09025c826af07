"""Raw cells to typed values, by the contract."""
