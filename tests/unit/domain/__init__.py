"""Tests of the frozen values, file by file."""
