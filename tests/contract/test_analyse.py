"""`news-monitor analyse --format jsonl` keeps the interface that measurements use (docs/analyse.md)."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from monitor.cli import analyse, main
from monitor.domain import (
    MODES,
    Article,
    Desk,
    Direction,
    EntityLabel,
    EventType,
    Measure,
    Precision,
    SignalKind,
    Status,
)
from monitor.errors import Reason
from monitor.lexicon.kinds import READ
from monitor.lexicon.loader import load_lexicon
from monitor.pipeline import Pipeline
from tests.builders import demo_news, stripped

pytestmark = [pytest.mark.model, pytest.mark.timeout(120)]

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "analyse.md"
ARTICLE = {"id", "title", "source", "url", "published_at"}
ENTITY = {"text", "label", "start_char", "end_char", "id"}
SIGNAL = ["kind", "status", "event_type", "mode", "desk", "evidence", "actors", "targets"]
SIGNAL += ["places", "figures", "keywords"]
PARTY = {"text", "id", "label", "country"}
WATCHED = {"watchlist", "item", "text", "start_char", "end_char"}
FIGURE = ["measure", "low", "high", "precision", "unit", "subject", "direction"]
FIGURE += ["period", "since", "extreme", "attribution"]
FIGURE += ["quote", "start_char", "end_char"]

STRIKE = "Iran fired missiles at Israel on Monday."

Form = Callable[[str], str]


@pytest.fixture(autouse=True)
def one_model(monkeypatch: pytest.MonkeyPatch, pipeline: Pipeline) -> None:
    """The command takes the pipeline that the tests share."""
    monkeypatch.setattr(analyse, "build_pipeline", lambda settings: pipeline)


def run(*files: Path | str) -> Result:
    """Run the command on files."""
    return CliRunner().invoke(main, ["analyse", "--format", "jsonl", *map(str, files)])


def lines(result: Result) -> list[dict[str, Any]]:
    """The objects that a run printed."""
    return [json.loads(line) for line in result.stdout.splitlines()]


def json_lines(path: Path, *articles: dict[str, Any]) -> Path:
    """A file of JSON lines."""
    rows = [json.dumps(article, ensure_ascii=False) for article in articles]
    path.write_text("".join(row + "\n" for row in rows), encoding="utf-8")
    return path


def in_form(article: dict[str, Any], form: Form) -> dict[str, Any]:
    """An article with text and title in a form."""
    return article | {"text": form(article["text"]), "title": form(article.get("title", ""))}


@pytest.fixture(scope="module", params=[str, stripped], ids=["as-written", "stripped"])
def batch(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, pipeline: Pipeline
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The demo's articles in one form, and what the command says of them."""
    articles = [in_form(article, request.param) for article in demo_news()]
    file = json_lines(tmp_path_factory.mktemp("batch") / "news.jsonl", *articles)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(analyse, "build_pipeline", lambda settings: pipeline)
        result = run(file)
    assert result.exit_code == 0, result.output
    return articles, lines(result)


Batch = tuple[list[dict[str, Any]], list[dict[str, Any]]]


def spans_of(reading: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Everything in a reading that has a place, with the words that it should cover."""
    for entity in reading["entities"]:
        yield entity["text"], entity
    for signal in reading["signals"]:
        for span in signal["evidence"]:
            yield span["quote"], span
            field = {"field": span["field"]} if "field" in span else {}
            yield span["trigger"]["quote"], span["trigger"] | field
        for figure in signal["figures"]:
            yield figure["quote"], figure


def test_one_line_per_article_in_order(batch: Batch) -> None:
    """Each article gives one line, in the order of the input, under its own id."""
    articles, readings = batch
    assert [reading["article"]["id"] for reading in readings] == [row["id"] for row in articles]


def test_every_key_is_there(batch: Batch) -> None:
    """Each object has exactly the documented members, in the documented order."""
    for reading in batch[1]:
        assert list(reading) == ["article", "entities", "signals", "versions"]
        assert set(reading["article"]) == ARTICLE
        assert set(reading["versions"]) == {"lexicon", "model"}
        for entity in reading["entities"]:
            assert set(entity) - {"field"} == ENTITY
        for signal in reading["signals"]:
            assert list(signal) == SIGNAL
            for party in [*signal["actors"], *signal["targets"], *signal["places"]]:
                assert set(party) == PARTY
            for figure in signal["figures"]:
                assert [key for key in figure if key != "field"] == FIGURE
            for span in signal["evidence"]:
                assert list(span)[:4] == ["quote", "start_char", "end_char", "trigger"]


def test_places_are_exact(batch: Batch) -> None:
    """What stands at a place in text or title is the quote, to the character."""
    for article, reading in zip(*batch, strict=True):
        for quote, span in spans_of(reading):
            field = article[span.get("field", "text")]
            assert field[span["start_char"] : span["end_char"]] == quote
            assert quote


def test_only_titles_name_their_field(batch: Batch) -> None:
    """`field` is there where the place is in the title, and nowhere else."""
    named = [
        span["field"] for reading in batch[1] for _, span in spans_of(reading) if "field" in span
    ]
    assert set(named) == {"title"}


def test_words_come_from_closed_lists(batch: Batch) -> None:
    """Kinds, statuses, desks, event types, labels and measures are those of the documentation."""
    keywords = {entry.id for entry in load_lexicon().entries}
    keywords |= {f"{kind}{READ}" for kind in SignalKind}
    for reading in batch[1]:
        for entity in reading["entities"]:
            assert entity["label"] in set(EntityLabel)
        for signal in reading["signals"]:
            assert signal["kind"] in set(SignalKind)
            assert signal["status"] in set(Status)
            assert signal["desk"] in set(Desk)
            assert signal["event_type"] in set(EventType)
            assert signal["mode"] in {None, *MODES.get(EventType(signal["event_type"]), ())}
            assert set(signal["keywords"]) <= keywords
            assert len(signal["keywords"]) == len(signal["evidence"]) > 0
            for figure in signal["figures"]:
                assert figure["measure"] in set(Measure)
                assert figure["precision"] in set(Precision)
                assert figure["direction"] in {None, *Direction}


def test_countries_have_their_codes(batch: Batch) -> None:
    """Parties and places that stand for a country carry its ISO 3166-1 alpha-2 code as id."""
    codes = set()
    for reading in batch[1]:
        for signal in reading["signals"]:
            for party in [*signal["actors"], *signal["targets"], *signal["places"]]:
                if party["country"]:
                    assert re.fullmatch("[A-Z]{2}", party["country"])
                    assert party["id"]
                codes.add(party["id"])
    assert {"IR", "SA", "YE"} <= codes


def test_a_kind_is_said_once_per_desk(batch: Batch) -> None:
    """An article has at most one signal per kind and desk."""
    for reading in batch[1]:
        pairs = [(signal["kind"], signal["desk"]) for signal in reading["signals"]]
        assert len(set(pairs)) == len(pairs)


def test_evidence_in_the_title_says_so(tmp_path: Path) -> None:
    """What the title proves counts its characters in the title."""
    title = "Iran fires missiles at Israel"
    (reading,) = lines(
        run(json_lines(tmp_path / "a.jsonl", {"title": title, "text": "More soon."}))
    )
    (span,) = reading["signals"][0]["evidence"]
    assert (span["quote"], span["field"]) == (title, "title")


@pytest.mark.parametrize(
    "identifier", ["a-1", "urn:x:1", "\u00fc/\U0001f600 b", "0", "\u202eabc", "x" * 1_000]
)
def test_ids_are_kept(tmp_path: Path, identifier: str) -> None:
    """An id comes back as it was given."""
    file = json_lines(tmp_path / "a.jsonl", {"id": identifier, "text": "It rained."})
    assert lines(run(file))[0]["article"]["id"] == identifier


def test_without_an_id_the_content_gives_one(tmp_path: Path) -> None:
    """The same content has the same id on every run, another content another one."""
    file = json_lines(tmp_path / "a.jsonl", {"text": "It rained."}, {"text": "It snowed."})
    first, second = (reading["article"]["id"] for reading in lines(run(file)))
    assert first != second
    assert [first, second] == [reading["article"]["id"] for reading in lines(run(file))]


def test_plain_text_is_recognised(tmp_path: Path) -> None:
    """A file that does not start with a brace is one article, blank lines and all."""
    file = tmp_path / "note"
    text = "\nIran fired missiles at Israel.\n\nIt rained.\n"
    file.write_text(text, encoding="utf-8")
    (reading,) = lines(run(file))
    (span,) = reading["signals"][0]["evidence"]
    assert span["quote"] == text[span["start_char"] : span["end_char"]]
    assert reading["article"]["published_at"] is None


def test_a_byte_order_mark_is_no_character(tmp_path: Path) -> None:
    """Places count from behind the mark, in JSON lines and in plain text."""
    text = "Iran fired missiles at Israel."
    plain, rows = tmp_path / "plain", tmp_path / "rows"
    plain.write_bytes(b"\xef\xbb\xbf" + text.encode())
    rows.write_bytes(b"\xef\xbb\xbf" + json.dumps({"text": text}).encode())
    for reading in lines(run(plain, rows)):
        (span,) = reading["signals"][0]["evidence"]
        assert (span["start_char"], span["end_char"]) == (0, len(text))


def test_carriage_returns_do_no_harm(tmp_path: Path) -> None:
    """Lines may end as on Windows, and be blank in between; in plain text they are characters."""
    rows = tmp_path / "rows"
    rows.write_bytes(b'{"id": "a", "text": "x"}\r\n\r\n  \r\n{"id": "b", "text": "y"}\r\n')
    assert [reading["article"]["id"] for reading in lines(run(rows))] == ["a", "b"]
    plain = tmp_path / "plain"
    plain.write_bytes(b"It rained.\r\nIran fired missiles at Israel.\r\n")
    (reading,) = lines(run(plain))
    assert reading["signals"][0]["evidence"][0]["start_char"] == len("It rained.\r\n")


BAD = {
    b'{"id": "a", "text": 5}': Reason.WRONG_TYPE,
    b'{"id": "a"}': Reason.NO_TEXT,
    b'{"text": "   "}': Reason.NO_TEXT,
    b'{"text": "x"': Reason.NOT_JSON,
    b'{"text": "x\xff"}': Reason.NOT_UTF8,
    b'{"schema": "news-monitor/article/9", "text": "x"}': Reason.UNKNOWN_VERSION,
    b'{"text": "\\ud800"}': Reason.WRONG_TYPE,
    b'{"published_at": "yesterday", "text": "x"}': Reason.WRONG_TYPE,
}


@pytest.mark.parametrize(
    ("line", "reason"), BAD.items(), ids=[line.decode("latin-1") for line in BAD]
)
def test_a_bad_line_is_said_and_the_rest_is_read(
    tmp_path: Path, line: bytes, reason: Reason
) -> None:
    """A line that is no article gives an error in its place, exit code 1, and stops nothing."""
    file = tmp_path / "rows.jsonl"
    file.write_bytes(b'{"id": "1", "text": "x"}\n' + line + b'\n{"id": "3", "text": "y"}\n')
    result = run(file)
    first, error, last = lines(result)
    assert result.exit_code == 1
    assert (first["article"]["id"], last["article"]["id"]) == ("1", "3")
    assert list(error) == ["article", "entities", "signals", "error"]
    assert list(error["article"]) == ["id"]
    assert error["entities"] == error["signals"] == []
    assert error["error"]["reason"] == reason
    assert f"{file}:2: " in error["error"]["message"]
    # One line each, however long: what reads a log reads lines.
    assert result.stderr.splitlines() == [f"not read ({reason}): {error['error']['message']}"]


def test_pretty_printed_json_is_one_article(tmp_path: Path) -> None:
    """An object over several lines is an article, as whole as on one line."""
    article = {"id": "p1", "text": "Iran fired missiles at Israel.", "title": ""}
    file = tmp_path / "article.json"
    file.write_text(json.dumps(article, indent=2), encoding="utf-8")
    (reading,) = lines(run(file))
    assert reading["article"]["id"] == "p1"
    assert reading["signals"][0]["kind"] == "military-strike"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{\n"id": "p1"\n"text": "Iran fired missiles at Israel."\n}\n', Reason.NOT_JSON),
        ('[\n{"text": "Iran fired missiles at Israel."}\n]\n', Reason.WRONG_TYPE),
    ],
)
def test_lines_of_broken_json_are_no_texts(content: str, reason: Reason, tmp_path: Path) -> None:
    """A broken object and an array are refused once; nothing in them is taken for a text."""
    file = tmp_path / "articles.json"
    file.write_text(content, encoding="utf-8")
    result = run(file)
    (refused,) = lines(result)
    assert result.exit_code == 1
    assert refused["error"]["reason"] == reason
    assert refused["signals"] == []


def test_nothing_in_nothing_out(tmp_path: Path) -> None:
    """An empty file has no article and is no error, but is named on standard error."""
    file = tmp_path / "empty"
    file.write_bytes(b"")
    result = run(file)
    assert (result.exit_code, result.stdout) == (0, "")
    assert f"{file}: there is no article in it" in result.stderr
    assert "there is no article in it" not in run(json_lines(file, {"text": "x"})).stderr


def test_a_file_that_is_not_there_is_a_wrong_usage() -> None:
    """A missing file is named, with exit code 2, before anything is read."""
    result = run("/nowhere/news.jsonl")
    assert result.exit_code == 2
    assert "/nowhere/news.jsonl" in result.stderr


def test_several_files_follow_each_other(tmp_path: Path) -> None:
    """Files are read in the order given, each recognised by itself."""
    rows = json_lines(tmp_path / "rows", {"id": "a", "text": "x"}, {"id": "b", "text": "y"})
    plain = tmp_path / "plain"
    plain.write_text("It rained.", encoding="utf-8")
    ids = [reading["article"]["id"] for reading in lines(run(plain, rows, plain))]
    assert ids[1:3] == ["a", "b"]
    assert ids[0] == ids[3]


def test_more_than_a_batch_keeps_its_order(tmp_path: Path) -> None:
    """Order and number hold over the borders of batches, errors among them."""
    articles = [{"id": str(n), "text": "x" if n % 7 else 5} for n in range(100)]
    readings = lines(run(json_lines(tmp_path / "rows.jsonl", *articles)))
    assert [reading["article"]["id"] for reading in readings] == [str(n) for n in range(100)]
    assert [n for n, reading in enumerate(readings) if "error" in reading] == [*range(0, 100, 7)]


def test_a_defect_of_ours_costs_one_article(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pipeline: Pipeline
) -> None:
    """A text whose reading raises is an error in its place; the others of its batch are read."""
    analysing = pipeline.analyse

    def raising(articles: Sequence[Article], **options: Any) -> Any:
        if any(article.text == "poison" for article in articles):
            message = "out of range"
            raise IndexError(message)
        return analysing(articles, **options)

    monkeypatch.setattr(pipeline, "analyse", raising)
    texts = {"a": "It rained.", "b": "poison", "c": "Iran fired missiles at Israel."}
    articles = [{"id": name, "text": text} for name, text in texts.items()]
    result = run(file := json_lines(tmp_path / "rows.jsonl", *articles))

    assert result.exit_code == 1
    readings = lines(result)
    assert [reading["article"]["id"] for reading in readings] == ["a", "b", "c"]
    assert readings[1]["error"]["reason"] == "analysis-failed"
    assert f"{file}:2: IndexError: out of range" in readings[1]["error"]["message"]
    assert readings[2]["signals"]
    assert "not read (analysis-failed)" in result.stderr


def test_people_get_the_same_without_escape_sequences(tmp_path: Path) -> None:
    """The text form shows kinds and evidence, and nothing that could take over a terminal."""
    text = "Iran \x1b[31m fired missiles \x1b[0m at \u202eIsrael.\x07"
    file = json_lines(tmp_path / "rows", {"id": "\x1b]0;evil\x07a", "text": text})
    result = CliRunner().invoke(main, ["analyse", str(file)])
    assert result.exit_code == 0
    assert "military-strike happening" in result.stdout
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", result.stdout)


def test_people_see_names_by_their_label(tmp_path: Path) -> None:
    """A label's names stand in one line, with their identities."""
    file = json_lines(
        tmp_path / "rows", {"text": "Syria and Iran warned NATO. Turkish troops left."}
    )
    shown = CliRunner().invoke(main, ["analyse", str(file)]).stdout.splitlines()
    told = [line.split(maxsplit=1) for line in shown]
    assert ["GPE", "Iran (IR), Syria (SY)"] in told
    assert ["ORG", "NATO (org:nato)"] in told
    assert ["NORP", "Turkish (TR)"] in told


def test_json_is_harmless_on_a_terminal_and_splits_into_its_lines(tmp_path: Path) -> None:
    """No control reaches the output raw, the content is the same, and one line stays one line."""
    title = "a\x1b[31m\x7f\x85\x9b31m\u2028\u202e b"
    file = json_lines(tmp_path / "rows", {"id": title, "title": title, "text": "x"})
    result = run(file)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202a-\u202e]", result.stdout)
    (reading,) = lines(result)
    assert reading["article"]["id"] == reading["article"]["title"] == title


def shell(*words: str, stdin: bytes) -> "subprocess.CompletedProcess[bytes]":
    """Run the command as people do."""
    return subprocess.run(
        [sys.executable, "-m", "monitor", "analyse", *words],
        input=stdin,
        capture_output=True,
        cwd=ROOT,
        check=False,
        timeout=100,
    )


def test_every_process_reads_alike() -> None:
    """Whatever order its sets have: workers take over from each other, and a replay must repeat itself."""
    news = str(ROOT / "agents" / "demo" / "news.jsonl")
    outputs = [
        subprocess.run(
            [sys.executable, "-m", "monitor", "analyse", "--format", "jsonl", news],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            cwd=ROOT,
            check=False,
            timeout=100,
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0]
    assert outputs[0] == outputs[1]


def examples_of(page: str) -> list[tuple[str, str]]:
    """The input and the output blocks of a page, pair by pair."""
    blocks = re.findall(r"^```json[l]?\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    return list(zip(blocks[::2], blocks[1::2], strict=True))


def test_the_documented_example_is_what_the_command_gives() -> None:
    """The page's input, run through the command, gives the page's output, versions aside."""
    ((given, shown),) = examples_of(PAGE.read_text(encoding="utf-8"))
    done = shell("--format", "jsonl", stdin=given.encode())
    assert done.returncode == 1  # one of its lines is bad on purpose
    said = [json.loads(line) for line in done.stdout.splitlines()]
    expected = json.loads(f"[{shown}]")
    for reading in [*said, *expected]:
        reading.pop("versions", None)
    assert said == expected, "run: python docs/analyse_example.py"


def test_every_member_is_documented() -> None:
    """Every member that the command can print stands in the page."""
    page = PAGE.read_text(encoding="utf-8")
    members = {*ARTICLE, *ENTITY, *SIGNAL, *PARTY, *FIGURE, "trigger", "field", "versions"}
    members |= {"watched", *WATCHED}
    members |= {"lexicon", "model", "error", "reason", "message"}
    assert {member for member in members if f"`{member}`" not in page} == set()


def test_standard_input_is_read_when_no_file_is_named() -> None:
    """A text on standard input is an article."""
    done = shell("--format", "jsonl", stdin=b"iran fired missiles at israel")
    assert done.returncode == 0, done.stderr.decode()
    (reading,) = map(json.loads, done.stdout.splitlines())
    assert reading["signals"][0]["kind"] == "military-strike"


def test_what_is_watched_is_named_with_its_place(tmp_path: Path) -> None:
    """Items of watchlists stand beside the signals, with the documented members; absent otherwise."""
    listed = tmp_path / "shipping.toml"
    listed.write_text('[[item]]\nname = "Maersk"\n', encoding="utf-8")
    title, text = "Maersk ship hit", "Houthi fighters fired missiles at a Maersk ship on Monday."
    articles = f"{json.dumps({'title': title, 'text': text})}\n{json.dumps({'text': STRIKE})}\n"

    done = shell("--format", "jsonl", "--watchlists", str(listed), stdin=articles.encode())

    assert done.returncode == 0, done.stderr.decode()
    watched, plain = map(json.loads, done.stdout.splitlines())
    assert list(watched) == ["article", "entities", "signals", "watched", "versions"]
    item = {"watchlist": "shipping", "item": "maersk", "text": "Maersk"}
    assert watched["watched"] == [
        item | {"start_char": 0, "end_char": 6, "field": "title"},
        item | {"start_char": text.index("Maersk"), "end_char": text.index("Maersk") + 6},
    ]
    assert "watched" not in plain


def test_a_record_that_is_no_article_keeps_its_id(tmp_path: Path) -> None:
    """Whoever matches results by id finds the unreadable ones too, numbers as their digits."""
    file = tmp_path / "articles.jsonl"
    file.write_text('{"id": "b", "text": ""}\n{broken\n{"id": 7, "text": "x"}\n', encoding="utf-8")

    empty, broken, numbered = lines(run(file))

    assert empty["article"] == {"id": "b"}
    assert empty["error"]["reason"] == "no-text"
    assert broken["article"] == {"id": None}
    assert numbered["article"] == {"id": "7"}
    assert "id: Input should be a valid string" in numbered["error"]["message"]
