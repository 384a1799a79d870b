"""Lines: where in a file the parts of its subscriptions and watchlists stand."""

from collections.abc import Iterator

from monitor.lexicon.outline import FieldLines, TableLines, outline_of

__all__ = ["Lines"]


class Lines:
    """The lines of one file; what cannot be found stands where the table around it does."""

    def __init__(self, text: str) -> None:
        """Take the file's text, which `tomllib` has parsed."""
        self._tables = outline_of(text)
        self._subscriptions = tuple(_grouped(self._tables))

    def of_file(self, name: str) -> int:
        """Return the line of a field or table that stands at the top of the file."""
        for table in self._tables:
            if table.name.partition(".")[0] == name:
                return table.line
        return _line(self._tables[0], name, None)

    def of_watchlist(self, name: str, field: str = "", item: int | None = None) -> int:
        """Return the line of a watchlist, or of a field of it."""
        for table in self._tables:
            if table.name in (f"watchlists.{name}", f'watchlists."{name}"'):
                return _line(table, field, item)
        return self.of_file("watchlists")

    def of_subscription(self, number: int, field: str = "", item: int | None = None) -> int:
        """Return the line of a subscription, counted from 0, or of a field or member of its list."""
        if number >= len(self._subscriptions):  # written `subscription = [...]`
            return self.of_file("subscription")
        header, *parts = self._subscriptions[number]
        for part in parts:
            if part.name == f"subscription.{field}":
                return part.line
        return _line(header, field, item)

    def of_part(self, number: int, part: str, index: int, field: str = "") -> int:
        """Return the line of a field of a subscription's part: `quiet`, or a `mute` of that index."""
        if number < len(self._subscriptions):
            name = f"subscription.{part}"
            parts = [each for each in self._subscriptions[number] if each.name == name]
            if index < len(parts):
                return _line(parts[index], field, None)
        return self.of_subscription(number, part)


def _grouped(tables: tuple[TableLines, ...]) -> Iterator[tuple[TableLines, ...]]:
    """Yield each subscription's tables: its own, then those below it."""
    group: list[TableLines] = []
    for table in tables:
        if table.name == "subscription":
            if group:
                yield tuple(group)
            group = [table]
        elif group and table.name.startswith("subscription."):
            group.append(table)
    if group:
        yield tuple(group)


def _line(table: TableLines, field: str, item: int | None) -> int:
    where = table.fields.get(field, FieldLines(table.line))
    return where.items[item] if item is not None and item < len(where.items) else where.line
