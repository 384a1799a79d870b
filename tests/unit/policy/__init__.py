"""Tests of stories, alerts and severity."""
