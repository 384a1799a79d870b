"""Article files: every record of every input, untouched, in bounded memory."""

import asyncio
import gzip
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.article_files import InputRecord, Layout, _Splitter, read_records
from monitor.errors import NewsMonitorError

LIMIT = 1000


async def _read(
    file: Path, *, max_bytes: int = LIMIT, layout: Layout = Layout.AUTO
) -> list[InputRecord]:
    shares = read_records(str(file), max_bytes=max_bytes, layout=layout)
    return [record async for share in shares for record in share]


async def test_lines_come_as_they_are(tmp_path: Path) -> None:
    """Lines keep every byte but their end; blank ones are left out; broken ones are not judged."""
    file = tmp_path / "articles.jsonl"
    file.write_bytes(b'{"text": "one"}\r\n\n  \n{"broken\n plain text \nlast without an end')

    records = await _read(file, layout=Layout.LINES)

    assert [(record.line, record.value) for record in records] == [
        (1, b'{"text": "one"}'),
        (4, b'{"broken'),
        (5, b" plain text "),
        (6, b"last without an end"),
    ]
    assert records[1].place == f"{file}:4"


@pytest.mark.parametrize("name", ["report.txt", "report.txt.gz"])
async def test_a_text_file_is_one_article(name: str, tmp_path: Path) -> None:
    """A .txt file is one record with all its lines; --layout lines cuts it all the same."""
    file = tmp_path / name
    content = b"First paragraph.\n\nSecond paragraph.\n"
    file.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)

    assert [record.value for record in await _read(file)] == [content]
    assert len(await _read(file, layout=Layout.LINES)) == 2


@pytest.mark.parametrize(
    ("content", "records"),
    [
        (b'{"text": "one"}\n{"text": "two"}\n', 2),
        (b'\xef\xbb\xbf\n  {"text": "one"}\n{broken\n', 2),
        (b"First line.\n{second line}\n", 1),
        (b"\n \n", 0),
    ],
)
async def test_an_input_without_a_telling_name_is_recognised(
    content: bytes, records: int, tmp_path: Path
) -> None:
    """An opening brace at the beginning means a record per line, anything else one article."""
    file = tmp_path / "input"
    file.write_bytes(content)
    assert len(await _read(file)) == records


PRETTY = (
    b'{\n  "id": "p1",\n\n  "places": [\n    {"a": {}},\n    1\n  ],\n  "text": "Iran fired."\n}'
)


@pytest.mark.parametrize("name", ["input", "input.json", "input.jsonl"])
@pytest.mark.parametrize(
    ("content", "records"),
    [
        (PRETTY, [PRETTY]),
        (b"\xef\xbb\xbf" + PRETTY, [b"\xef\xbb\xbf" + PRETTY]),
        (PRETTY + b"\n" + PRETTY + b"\n{}\n", [PRETTY, PRETTY, b"{}"]),
        # Broken: the inner lines are never records of their own.
        (PRETTY.replace(b'"p1",', b'"p1"'), [PRETTY.replace(b'"p1",', b'"p1"')]),
        (PRETTY.replace(b"Iran ", b"Iran\n"), [PRETTY.replace(b"Iran ", b"Iran\n")]),
        (PRETTY[:-2], [PRETTY[:-2]]),
        (b'{"id": p1,\n"text": "Iran fired."\n}', [b'{"id": p1,\n"text": "Iran fired."\n}']),
        (
            b'{"text": "It rained.\nIran fired."}\n{}',
            [b'{"text": "It rained.\nIran fired."}', b"{}"],
        ),
        (PRETTY[:15] + b"\n" + PRETTY, [PRETTY[:15], PRETTY]),
        # Lines that were cut off cost themselves and no other.
        (b'{"text": "x"\n{"text": "y"}', [b'{"text": "x"', b'{"text": "y"}']),
        (b'{"text": "x\n{"text": "y"}', [b'{"text": "x', b'{"text": "y"}']),
        (b'{"tags": [\n{"text": "y"}\n{}', [b'{"tags": [', b'{"text": "y"}', b"{}"]),
    ],
)
async def test_an_object_over_several_lines_is_one_record(
    name: str, content: bytes, records: list[bytes], tmp_path: Path
) -> None:
    """Pretty-printed JSON gives a record per object, whole or broken, never one per line."""
    file = tmp_path / name
    file.write_bytes(content)
    found = await _read(file)
    assert [record.value for record in found] == records
    assert found[0].place == f"{file}:1"


@pytest.mark.parametrize(
    "content",
    [
        b'[\n{\n"text": "x"\n},\n{"text": "y"}\n]',
        b'[\n{"text": "x"},\n{"text": "y"}\n]',
        b'[{\n"a": 1}]',
        b'[\n{"text": "x"}\n{"text": "y"}\n]',
    ],
)
async def test_an_array_is_one_record(content: bytes, tmp_path: Path) -> None:
    """Articles in an array are not read one by one: the array is refused as a whole, once."""
    file = tmp_path / "input.json"
    file.write_bytes(content)
    assert [record.value for record in await _read(file)] == [content]


async def test_a_text_that_begins_with_a_bracket_is_a_line(tmp_path: Path) -> None:
    """Among lines, [Agency] before a text is no array."""
    file = tmp_path / "input.jsonl"
    file.write_bytes(b"[Agency] One.\n[1] Two.\n")
    assert len(await _read(file)) == 2


async def test_lines_on_request_are_never_joined(tmp_path: Path) -> None:
    """With --layout lines every line is a record, whatever it holds."""
    file = tmp_path / "input.json"
    file.write_bytes(PRETTY)
    assert len(await _read(file, layout=Layout.LINES)) == PRETTY.count(b"\n")


async def test_of_an_object_too_long_only_the_length_is_kept(tmp_path: Path) -> None:
    """An object over the limit is one record without its value, and the rest goes on."""
    file = tmp_path / "input.json"
    long = b"{\n" + b'"a": "b",\n' * 200 + b'"text": "x"\n}'
    file.write_bytes(long + b"\n" + PRETTY)

    too_long, rest = await _read(file)

    assert not too_long.is_whole
    assert (too_long.length, too_long.value) == (len(long), b"")
    assert rest.value == PRETTY
    assert rest.line == 204


async def test_a_gzip_file_is_unpacked(tmp_path: Path) -> None:
    """A .gz file gives the lines of what was packed."""
    file = tmp_path / "articles.jsonl.gz"
    file.write_bytes(gzip.compress(b"one\ntwo\n"))
    assert [record.value for record in await _read(file)] == [b"one", b"two"]


async def test_of_a_line_too_long_only_the_length_is_kept(tmp_path: Path) -> None:
    """A line over the limit is told with its length, and the rest goes on; one at the limit stays."""
    file = tmp_path / "articles.jsonl"
    file.write_bytes(b"a" * LIMIT + b"\r\n" + b"b" * 200_000 + b"\nrest\n")

    fits, too_long, rest = await _read(file)

    assert fits.is_whole
    assert len(fits.value) == LIMIT
    assert not too_long.is_whole
    assert too_long.length == 200_000
    assert too_long.value == b""
    assert rest.value == b"rest"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("broken.jsonl.gz", b"no gzip at all"),
        ("cut.jsonl.gz", gzip.compress(b"line\n" * 999)[:-20]),
    ],
)
async def test_a_broken_gzip_file_is_named(name: str, content: bytes, tmp_path: Path) -> None:
    """A file that cannot be unpacked is an error with its name, not a short read."""
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(NewsMonitorError, match=name):
        await _read(file)


async def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A missing file is an error with its name."""
    with pytest.raises(NewsMonitorError, match=r"gone\.jsonl: cannot be read: No such file"):
        await _read(tmp_path / "gone.jsonl")


@given(
    lines=st.lists(st.binary(max_size=20).filter(lambda line: b"\n" not in line), max_size=8),
    size=st.integers(1, 7),
)
def test_chunks_do_not_matter(lines: list[bytes], size: int) -> None:
    """However an input is cut into chunks, the same records come out of it."""
    content = b"\n".join(lines)
    splitter = _Splitter("input", LIMIT, whole=False)
    found: list[InputRecord] = []
    for start in range(0, len(content), size):
        found += splitter.feed(content[start : start + size], start)
    found += splitter.end()

    expected = [line.removesuffix(b"\r") for line in content.split(b"\n")]
    if expected[0] == b"\xef\xbb\xbf":
        del expected[0]
    assert [record.value for record in found] == [line for line in expected if line.strip()]


async def test_what_a_slow_pipe_brings_is_not_held_back(tmp_path: Path) -> None:
    """A line is handed on while the writer still writes: nobody waits for the end of input."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    shares = read_records(str(pipe), max_bytes=LIMIT, layout=Layout.LINES)
    first = asyncio.ensure_future(anext(shares))
    stream = await asyncio.to_thread(pipe.open, "wb", buffering=0)
    with stream:
        stream.write(b"one\n")
        assert [record.value for record in await asyncio.wait_for(first, 10)] == [b"one"]
        stream.write(b"two\n")
        assert [record.value for record in await asyncio.wait_for(anext(shares), 10)] == [b"two"]
    with pytest.raises(StopAsyncIteration):
        await anext(shares)
