"""The analyser reads any article, alone or in a batch, once or twice, with the same result."""

from collections.abc import Callable

import pytest

from monitor.domain import Analysis, Field, SignalKind, Status
from monitor.lexicon.loader import load_lexicon
from monitor.text.analyser import Analyser
from monitor.text.tagger import Tagging, _pieces
from tests.builders import an_article, demo_news, stripped

pytestmark = pytest.mark.timeout(120)

STRIKE = "Iran fired missiles at Israel on Monday, killing 12 people, officials said."
GERMAN = (
    "Die Regierung in Teheran hat am Montag Raketen auf Israel abgefeuert und dabei nach Angaben "
    "der Armee mindestens zwölf Menschen getötet, wie ein Sprecher der Streitkräfte am Abend in "
    "Jerusalem sagte, der von einem Angriff auf das Land sprach und Vergeltung ankündigte."
)
FRENCH = (
    "Le gouvernement iranien a lancé lundi des missiles contre Israel, tuant au moins douze "
    "personnes selon des sources militaires, et le Premier ministre a promis une riposte après "
    "cette attaque sans précédent contre le pays, qui a fait aussi des dizaines de blessés."
)


@pytest.fixture(scope="module")
def plain() -> Analyser:
    """The built-in lexicon with the gazetteer alone."""
    return Analyser(load_lexicon(), None)


def read(analyser: Analyser, text: str, title: str = "") -> Analysis:
    """One article's analysis."""
    (analysis,) = analyser.pipe([an_article(text, title=title)])
    return analysis


def kinds(analysis: Analysis) -> set[SignalKind]:
    """The kinds of the active triggers."""
    return {trigger.kind for trigger in analysis.triggers if trigger.status.is_active}


@pytest.mark.parametrize("text", [STRIKE, stripped(STRIKE)], ids=["as-written", "stripped"])
def test_one_sentence_gives_kinds_parties_and_figures(plain: Analyser, text: str) -> None:
    """Who, to whom, how many: read from one sentence in either form."""
    analysis = read(plain, text)
    assert kinds(analysis) == {SignalKind.MILITARY_STRIKE, SignalKind.CASUALTIES}
    strike = next(t for t in analysis.triggers if t.kind is SignalKind.MILITARY_STRIKE)
    assert [actor.id for actor in strike.actors] == ["IR"]
    assert [target.id for target in strike.targets] == ["IL"]
    toll = next(t for t in analysis.triggers if t.kind is SignalKind.CASUALTIES)
    assert [figure.low for figure in toll.figures] == [12]


def test_every_place_is_exact(plain: Analyser) -> None:
    """Evidence, triggers, figures and mentions quote the field that they count in."""
    for article in demo_news():
        analysis = read(plain, article["text"], article.get("title", ""))
        fields = {Field.TEXT: article["text"], Field.TITLE: article.get("title", "")}
        spans = [mention.span for mention in analysis.mentions]
        for trigger in analysis.triggers:
            spans += [trigger.evidence, trigger.evidence.trigger]
            spans += [figure.span for figure in trigger.figures]
        for span in spans:
            assert fields[span.field][span.start_char : span.end_char] == span.quote


def test_a_title_is_read_apart(plain: Analyser) -> None:
    """What the title says has its places in the title."""
    analysis = read(plain, "More follows.", title="Iran fires missiles at Israel")
    assert {trigger.evidence.field for trigger in analysis.triggers} == {Field.TITLE}
    assert kinds(analysis) == {SignalKind.MILITARY_STRIKE}


@pytest.mark.parametrize("text", ["", " ", "\n\n", "...", "\U0001f600", "\x00\x1b\u202e", "a", "1"])
def test_hardly_any_text_gives_nothing(plain: Analyser, text: str) -> None:
    """A text without words is read, and says nothing."""
    analysis = read(plain, text)
    assert (analysis.mentions, analysis.triggers) == ((), ())


@pytest.mark.parametrize("text", [GERMAN, FRENCH, stripped(GERMAN), stripped(FRENCH)])
def test_another_language_gives_no_trigger(plain: Analyser, text: str) -> None:
    """A text that is not English reports nothing, though names in it are known."""
    analysis = read(plain, text)
    assert analysis.triggers == ()
    assert analysis.mentions


@pytest.mark.parametrize(
    "title", ["", "Raketen auf Israel", "Iran: missiles"], ids=["none", "german", "english"]
)
def test_the_title_of_a_foreign_text_is_not_read_either(plain: Analyser, title: str) -> None:
    """The text decides on the language: its title is as short as to fit any."""
    assert read(plain, GERMAN, title).triggers == ()


def test_markup_is_not_read(plain: Analyser) -> None:
    """Tags and character references neither hide what a text says nor add to it."""
    text = "<p>Iran <b>fired</b> missiles at Israel &amp; Iraq on Monday.</p>"
    analysis = read(plain, text)
    assert kinds(analysis) == {SignalKind.MILITARY_STRIKE}
    assert read(plain, '<a href="iran-fired-missiles">More</a> here.').triggers == ()


def test_a_year_before_publication_is_past(plain: Analyser) -> None:
    """The year counts where the article states its time, and only there."""
    analysis = read(plain, "In 2019 Iran fired missiles at a base in Iraq.")
    assert {trigger.status for trigger in analysis.triggers} == {Status.PAST}


def test_terms_are_few_and_common(plain: Analyser) -> None:
    """The words that tell stories apart are few, long enough, no numbers and no function words."""
    for article in demo_news():
        terms = read(plain, article["text"], article.get("title", "")).terms
        assert 0 < len(terms) <= 40
        assert len(set(terms)) == len(terms)
        assert all(len(term) > 3 and not term.isdigit() for term in terms)
        assert not {"that", "said", "with"} & set(terms)


def test_pieces_of_a_long_text_are_the_text() -> None:
    """A text is cut at blanks, or anywhere where there is none, and nothing is lost."""
    prose = "word " * 50_000
    assert "".join(_pieces(prose)) == prose
    assert all(piece.endswith(" ") for piece in _pieces(prose)[:-1])
    endless = "x" * 250_000
    assert "".join(_pieces(endless)) == endless
    assert max(map(len, _pieces(endless))) <= 100_000
    assert _pieces("") == [""]


@pytest.mark.model
def test_a_batch_is_read_as_one_by_one(analyser: Analyser) -> None:
    """Articles say the same alone and in company, in order, titles and empty texts among them."""
    articles = [
        an_article(row["text"], title=row.get("title", ""), id=row.get("id", "x"))
        for row in demo_news()[:12]
    ]
    articles.insert(3, an_article("", id="empty"))
    together = list(analyser.pipe(articles))
    assert together == [next(iter(analyser.pipe([article]))) for article in articles]
    assert [analysis.article for analysis in together] == articles


@pytest.mark.model
def test_reading_twice_gives_the_same(analyser: Analyser) -> None:
    """The same article twice gives equal analyses, in one batch and in two."""
    article = an_article(STRIKE)
    first, second = analyser.pipe([article, article])
    assert first == second == next(iter(analyser.pipe([article])))


@pytest.mark.model
@pytest.mark.parametrize(
    "unit",
    [
        "x",
        "1",
        "\u00e9",
        "\u4e2d",
        "a.b.c/",
        "http://a.b/",
        "<",
        "(((",
        "\U0001f600",
        "-",
        "a\u0301",
    ],
)
def test_an_endless_token_is_read_quickly(analyser: Analyser, unit: str) -> None:
    """Megabytes without a blank neither hang nor hide what stands around them."""
    size = 5_000_000 if unit == "x" else 1_000_000
    text = f"{STRIKE} {unit * (size // len(unit))} {STRIKE}"
    analysis = read(analyser, text)
    assert SignalKind.MILITARY_STRIKE in kinds(analysis)
    ends = [trigger.evidence.end_char for trigger in analysis.triggers]
    assert min(ends) <= len(STRIKE)
    assert max(ends) == len(text)


@pytest.mark.model
def test_a_long_text_is_read_in_pieces(analyser: Analyser) -> None:
    """A text longer than the entity pipeline reads at once has exact places to its end."""
    text = "The market was calm. " * 12_000 + STRIKE
    analysis = read(analyser, text)
    assert SignalKind.MILITARY_STRIKE in kinds(analysis)
    assert {mention.span.quote for mention in analysis.mentions} >= {"Iran", "Israel"}
    for mention in analysis.mentions:
        span = mention.span
        assert text[span.start_char : span.end_char] == span.quote


@pytest.mark.model
def test_tagging_only_what_reports_something_changes_no_signal(analyser: Analyser) -> None:
    """What a worker publishes is the same whether the names of quiet articles are read or not."""
    articles = [
        an_article(
            text="Rebels attacked a village in northern Mali on Monday, killing six people."
        ),
        an_article(text="The museum in Bamako opens a show of masks on Friday."),
        an_article(text="Iran denied that it had attacked the base.", title="Denial"),
    ]

    every = list(analyser.pipe(articles))
    needed = list(analyser.pipe(articles, tagging=Tagging.WHERE_ACTIVE))

    active = [[row for row in one.triggers if row.status.is_active] for one in every]
    assert [[row for row in one.triggers if row.status.is_active] for one in needed] == active
    assert any(active)
    assert every[1].mentions
    assert not needed[1].mentions


@pytest.mark.timeout(30)
@pytest.mark.parametrize("form", [str, stripped], ids=["as-written", "stripped"])
def test_a_text_full_of_keywords_is_read_in_step_with_its_length(
    plain: Analyser, form: Callable[[str], str]
) -> None:
    """Ten thousand reports in one text take seconds: nothing is looked at again for each of them."""
    analysis = read(plain, form("Iran fired missiles at Israel. " * 10_000))
    assert len(analysis.triggers) >= 9_000
