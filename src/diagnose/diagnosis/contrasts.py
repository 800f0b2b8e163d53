"""The difference of two cells, as columns of the shared vocabulary."""
