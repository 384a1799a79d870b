"""News Monitor: reads news and says what escalates. This package never touches a broker."""
