"""Which rows are respondents, and the facts that are known about them."""
