"""One file per dataset: RULES are its own lines, next to what the contract already demands."""
