"""What can go wrong on the way to a running broker.

- KafkaUnavailableError: this machine lacks what a broker needs, so no attempt was made.
- KafkaStartError: a broker was started and did not come up; the message ends with its log.
"""


class KafkaUnavailableError(Exception):
    """This machine cannot have a real Kafka; the message says why."""


class KafkaStartError(Exception):
    """A broker did not come up; the message ends with the tail of its log."""

    def __init__(self, what: str, log: str) -> None:
        """Take what went wrong and what the broker said of it."""
        super().__init__(f"{what}\n{log}")
