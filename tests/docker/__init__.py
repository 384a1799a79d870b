"""What docker/ holds, checked without containers."""
