"""Tables of labels: rows of tab-separated files, by the names of their columns.

Two forms are known, told apart by their header line (it starts with `#`) or, without one, by where
`sure` or `unsure` stands.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from monitor.accuracy.labelled import Certainty, Label, Unit
from monitor.domain import SignalKind, Status
from monitor.errors import InvalidCorpus

__all__ = ["Row", "certainty_of", "kind_of", "kinds_of", "labels_of", "rows"]

_SENTENCES = ("block", "n", "labels", "certainty", "triggers", "text")
_ARTICLES = ("id", "active", "background", "countries", "certainty", "evidence")
_STREAM = ("id", "active", "background", "stories", "certainty")
_NEEDED = {Unit.SENTENCE: ("block", "n", "labels", "text"), Unit.ARTICLE: ("id", "active")}
_NOTHING = ("", "-", "none")
_FORMS = (
    "a table of sentences has the columns block, n, labels, certainty, triggers, text; "
    "one of articles id, active, background, countries or stories, certainty, evidence"
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table."""

    unit: Unit
    place: str
    """File and line, for people."""
    cells: Mapping[str, str]


def rows(lines: Iterator[tuple[str, str]]) -> Iterator[Row]:
    """Yield the rows of a table; lines that start with `#` are headers or remarks.

    Args:
        lines: place and text of each line that is not blank.

    Raises:
        InvalidCorpus: a line has other columns than the table, or the table is of no known form.
    """
    columns: tuple[str, ...] = ()
    for place, line in lines:
        cells = [cell.strip() for cell in line.split("\t")]
        named = tuple(cell.lower() for cell in [cells[0].lstrip("# "), *cells[1:]])
        if line.startswith("#") or (not columns and _is_header(named)):
            if len(named) > 1:
                columns = _known(named, place)
            continue
        columns = columns or _told_by(cells, place)
        if len(cells) != len(columns):
            message = (
                f"{place}: {len(cells)} columns where the table has {len(columns)}: "
                f"{', '.join(columns)}, separated by tabs"
            )
            raise InvalidCorpus(message)
        yield Row(_unit_of(columns), place, dict(zip(columns, cells, strict=True)))


def _known(named: tuple[str, ...], place: str) -> tuple[str, ...]:
    """Return the columns of a header, if they make a table that can be read."""
    if _is_header(named):
        return named
    message = f"{place}: unknown columns {', '.join(named)}; {_FORMS}"
    raise InvalidCorpus(message)


def _is_header(named: tuple[str, ...]) -> bool:
    return any(set(needed) <= set(named) for needed in _NEEDED.values())


def _told_by(cells: list[str], place: str) -> tuple[str, ...]:
    """Tell the columns of a table without a header from its first row."""
    for columns in (_SENTENCES, _ARTICLES, _STREAM):
        if len(cells) == len(columns) and cells[columns.index("certainty")] in list(Certainty):
            return columns
    message = (
        f"{place}: neither JSON nor a table of labels that can be told without a header line: "
        f"{len(cells)} columns; {_FORMS}"
    )
    raise InvalidCorpus(message)


def _unit_of(columns: tuple[str, ...]) -> Unit:
    return Unit.SENTENCE if "labels" in columns else Unit.ARTICLE


def labels_of(cell: str, place: str) -> frozenset[Label]:
    """Read `none` or `kind:status;...`.

    Raises:
        InvalidCorpus: a kind or a status is unknown, or a part is no pair.
    """
    if cell in _NOTHING:
        return frozenset()
    found = set()
    for part in filter(None, (part.strip() for part in cell.split(";"))):
        kind, colon, status = part.partition(":")
        if not colon or status.strip() not in list(Status):
            message = (
                f"{place}: {part!r} is no label; allowed are `none` and kind:status, separated by "
                f"semicolons, with a status of {', '.join(Status)}"
            )
            raise InvalidCorpus(message)
        found.add((kind_of(kind.strip(), place), Status(status.strip())))
    return frozenset(found)


def kinds_of(cell: str, place: str) -> frozenset[SignalKind]:
    """Read `none`, `-` or kinds separated by commas.

    Raises:
        InvalidCorpus: a kind is unknown.
    """
    if cell in _NOTHING:
        return frozenset()
    return frozenset(kind_of(part.strip(), place) for part in cell.split(",") if part.strip())


def kind_of(name: object, place: str) -> SignalKind:
    """Read the name of a kind.

    Raises:
        InvalidCorpus: it is unknown.
    """
    if name not in list(SignalKind):
        message = f"{place}: unknown kind {name!r}; allowed are {', '.join(SignalKind)}"
        raise InvalidCorpus(message)
    return SignalKind(str(name))


def certainty_of(name: object, place: str) -> Certainty:
    """Read `sure` or `unsure`; empty means sure.

    Raises:
        InvalidCorpus: it is something else.
    """
    if name in (None, ""):
        return Certainty.SURE
    if name not in list(Certainty):
        message = f"{place}: certainty {name!r}; allowed are {', '.join(Certainty)}"
        raise InvalidCorpus(message)
    return Certainty(str(name))
