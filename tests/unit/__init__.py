"""Pure floors, one at a time: no broker, no clock; seconds."""
