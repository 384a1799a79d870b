"""Fetch everything ahead of the tests: `python -m tests.toolchains`; the exit code tells of failure."""

import sys

from tests.toolchains.fetching import Unavailable
from tests.toolchains.needed import NEEDED


def main() -> int:
    """Fetch all, and say of each what was fetched or why not."""
    failed = 0
    for name, fetch in NEEDED.items():
        try:
            print(f"{name}: {fetch()}")
        except Unavailable as error:
            failed = 1
            print(f"{name}: {error}", file=sys.stderr)
    return failed


if __name__ == "__main__":
    sys.exit(main())
