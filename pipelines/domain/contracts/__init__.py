"""One file per dataset; to add a dataset, add a file that defines DATASET."""
