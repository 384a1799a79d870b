"""Checkpoint: how far a replay is, in a file that a crash cannot spoil.

It lags behind what was sent by a second at most. What was sent after it was written is found in the target
when the replay goes on, from the offsets noted here.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from monitor.archive.durable import put_in_place
from monitor.errors import NewsMonitorError

__all__ = ["Checkpoint", "read_checkpoint", "write_checkpoint"]

_VERSION = 1


@dataclass(slots=True, kw_only=True)
class Checkpoint:
    """How far a run is; everything before these places is delivered or passed over."""

    replay_id: str
    request: Mapping[str, str]
    """The run's `ReplayRequest.identity`."""
    ends: dict[int, int] = field(default_factory=dict)
    """By partition of a topic: where the run ends; empty for files."""
    positions: dict[int, int] = field(default_factory=dict)
    """By partition of the source: the offset of the first record that is not delivered."""
    target_offsets: dict[int, int] = field(default_factory=dict)
    """By partition of the target: where it ended when the positions were right."""
    sent: int = 0
    passed_over: int = 0
    found: int = 0
    """Records that an interrupted run had sent beyond its checkpoint, and that were not sent again."""
    finished: bool = False


def write_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write it in place of the one before, as a whole or not at all.

    Raises:
        NewsMonitorError: the file cannot be written.
    """
    draft = path.with_name(f"{path.name}.new")
    try:
        with draft.open("w", encoding="utf-8") as file:
            json.dump({"version": _VERSION} | asdict(checkpoint), file, indent=1)
        put_in_place(draft, path)
    except OSError as error:
        message = f"{path}: the checkpoint cannot be written: {error.strerror}"
        raise NewsMonitorError(message) from error


def read_checkpoint(path: Path, request: Mapping[str, str]) -> Checkpoint | None:
    """Read how far an earlier run came; None where there was none.

    Raises:
        NewsMonitorError: the file cannot be read, is none of ours, or is of another replay.
    """
    try:
        members = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        message = f"{path}: the checkpoint cannot be read: {error.strerror}"
        raise NewsMonitorError(message) from error
    except ValueError as error:
        message = f"{path}: not a checkpoint of a replay: {error}"
        raise NewsMonitorError(message) from error
    try:
        found = _checkpoint(members)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        message = f"{path}: not a checkpoint of a replay: {error!r}"
        raise NewsMonitorError(message) from error
    differing = [name for name, value in request.items() if found.request.get(name) != value]
    if differing:
        name = differing[0]
        message = (
            f"{path}: is the checkpoint of another replay: its {name} is"
            f" {found.request.get(name)!r}, not {request[name]!r}; name another file"
        )
        raise NewsMonitorError(message)
    return found


def _checkpoint(members: Any) -> Checkpoint:
    if members["version"] != _VERSION:
        message = f"version {members['version']!r}"
        raise ValueError(message)
    return Checkpoint(
        replay_id=str(members["replay_id"]),
        request=dict(members["request"]),
        ends=_offsets(members["ends"]),
        positions=_offsets(members["positions"]),
        target_offsets=_offsets(members["target_offsets"]),
        sent=int(members["sent"]),
        passed_over=int(members["passed_over"]),
        found=int(members["found"]),
        finished=bool(members["finished"]),
    )


def _offsets(members: Mapping[str, int]) -> dict[int, int]:
    return {int(partition): int(offset) for partition, offset in members.items()}
