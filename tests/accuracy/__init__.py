"""Labelled news that the product was not tuned on, and the floors of what is scored."""
