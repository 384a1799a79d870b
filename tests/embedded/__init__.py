"""Tests on the embedded broker: a process of ours, no Java."""
