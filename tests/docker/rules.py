"""The rules of docker/prometheus as data, for tests of what they say and whether it holds."""

import re
from typing import Any

import yaml

from tests.docker.tools import ROOT

__all__ = ["ALERTS", "FOLDER", "RECORDED", "RULE_FILES", "as_question", "groups_of"]

FOLDER = ROOT / "docker" / "prometheus"
RULE_FILES: tuple[str, ...] = tuple(
    yaml.safe_load((FOLDER / "prometheus.yml").read_text(encoding="utf-8"))["rule_files"]
)
_COMPARISON = re.compile(r"(==|!=|>=|<=|>|<)(?!\s*bool\b)(?![^{]*\})")


def groups_of(file: str) -> list[dict[str, Any]]:
    """The groups of a rule file."""
    groups: list[dict[str, Any]] = yaml.safe_load((FOLDER / file).read_text(encoding="utf-8"))[
        "groups"
    ]
    return groups


def _rules(kind: str) -> list[dict[str, Any]]:
    return [
        rule
        for file in RULE_FILES
        for group in groups_of(file)
        for rule in group["rules"]
        if kind in rule
    ]


ALERTS: list[dict[str, Any]] = _rules("alert")
RECORDED: list[dict[str, Any]] = _rules("record")


def as_question(expression: str) -> str:
    """An alert's expression that answers 0 or 1 instead of nothing or something.

    Where it answers nothing at all, the alert looks at series that are not there and cannot fire. What an
    `unless` takes away stays as it is: an answer of 0 would take everything away.
    """
    depth, taken_away = 0, None
    pieces = re.split(r"(\bunless\b|\bor\b|[()])", expression)
    for place, piece in enumerate(pieces):
        depth += (piece == "(") - (piece == ")")
        if piece == "unless" and taken_away is None:
            taken_away = depth
        elif taken_away is not None and (depth, piece) in {
            (taken_away - 1, ")"),
            (taken_away, "or"),
        }:
            taken_away = None
        elif taken_away is None:
            pieces[place] = _COMPARISON.sub(r"\1 bool ", piece)
    return "".join(pieces)
