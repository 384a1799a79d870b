"""Tests of the command line: no broker, no model."""
