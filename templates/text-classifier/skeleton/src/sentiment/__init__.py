"""Says whether a sentence of a product review is positive or negative."""
