"""Worker answer: what a worker says of itself at /readyz, asked for from outside."""

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from agents.health import ReadyState

__all__ = ["place_of", "readyz_at"]

_ANSWER_SECONDS = 2.0
_LONGEST_ANSWER = 1_000_000
"""Bytes; a worker says some hundred of each of its partitions."""


def place_of(host: str, port: int) -> str:
    """Return the address of a worker's HTTP server, as a URL without a path."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def readyz_at(place: str) -> Mapping[str, Any] | None:
    """Return what the worker at *place* answers, ready or not; None where no worker answers."""
    try:
        try:
            with urllib.request.urlopen(f"{place}/readyz", timeout=_ANSWER_SECONDS) as answer:  # noqa: S310 - http
                found = json.loads(answer.read(_LONGEST_ANSWER))
        except urllib.error.HTTPError as error:
            found = json.loads(error.read(_LONGEST_ANSWER))
    except (OSError, ValueError, http.client.HTTPException):
        return None
    return found if _is_of_worker(found) else None


def _is_of_worker(found: Any) -> bool:
    return (
        isinstance(found, dict)
        and found.get("status") in set(ReadyState)
        and isinstance(found.get("reasons"), list)
    )
