"""Record integrity: the checks with their thresholds, and the comparison of texts."""
