"""The tests, from the cheapest to the dearest."""
