"""What signals mean for a reader: severity, stories, alerts. Pure: no clock, no I/O, no logging."""
