"""The metrics catalogue and its recorders."""
