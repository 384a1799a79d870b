"""The lexicon: the keywords of the ten kinds, and the names of places, as data with a reader."""
