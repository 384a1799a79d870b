"""`python -m tests.real_kafka`: a throw-away Kafka for developers, until Ctrl-C.

Prints nothing but the bootstrap address on standard output, so that a script can read it.
"""

import argparse
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from tests.real_kafka.cluster import KafkaCluster
from tests.real_kafka.errors import KafkaStartError
from tests.real_kafka.jars import kafka_unavailable


def main(arguments: Sequence[str] | None = None) -> int:
    """Run brokers until interrupted, and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.real_kafka",
        description="Start a real Kafka on 127.0.0.1, print its address, and end it with Ctrl-C. "
        "Its records are gone afterwards.",
    )
    parser.add_argument("--brokers", type=int, default=1, metavar="N", help="how many (default: 1)")
    parser.add_argument(
        "--port",
        type=int,
        metavar="P",
        help="the first broker's port, the next brokers take the next ones (default: free ports)",
    )
    chosen = parser.parse_args(arguments)
    reason = kafka_unavailable()
    if reason is not None:
        sys.stderr.write(f"no Kafka here: {reason}\n")
        return 1
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with KafkaCluster(chosen.brokers, client_port=chosen.port) as cluster:
            sys.stdout.write(f"{cluster.bootstrap}\n")
            sys.stdout.flush()
            sys.stderr.write("ready; Ctrl-C ends it\n")
            signal.pause()
    except KeyboardInterrupt:
        return 0
    except (KafkaStartError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
