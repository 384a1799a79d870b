"""Tests of monitor.lexicon."""
