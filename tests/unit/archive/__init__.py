"""Tests of archives: written, interrupted, damaged, read."""
