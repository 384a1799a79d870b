"""Tests of monitor.text."""
