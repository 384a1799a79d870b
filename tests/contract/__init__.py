"""What others may rely on: records, documentation."""
