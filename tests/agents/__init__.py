"""The agents without a broker."""
