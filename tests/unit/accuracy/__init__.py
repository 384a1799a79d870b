"""Tests of labelled corpora and their scores: no model, no broker."""
