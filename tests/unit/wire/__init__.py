"""Tests of the codecs, record by record."""
