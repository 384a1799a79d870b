"""Evidence is the sentence, or the clause, around the words that fired, exact in the original."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.domain import EvidenceSpan, Field
from monitor.text.evidence import LONGEST, LONGEST_STRIPPED, evidence_of, proving_words
from monitor.text.words import read_words
from tests.builders import a_finding, an_entry, sentence_of


def evidence(source: str, fired: str, sentence: tuple[int, int] | None = None) -> EvidenceSpan:
    """The evidence of the words *fired*."""
    words = read_words(source)
    finding = a_finding(an_entry("x"), words, fired)
    return evidence_of(
        words, finding.first, finding.last, sentence or sentence_of(words), field=Field.TEXT
    )


def test_a_short_sentence_is_quoted_whole() -> None:
    """Evidence is the whole sentence with its closing mark, and points at the words that fired."""
    source = "  Rain fell. Iran fired missiles. Then it rained."
    span = evidence(source, "fired missiles", (2, 5))
    assert span.quote == "Iran fired missiles." == source[span.start_char : span.end_char]
    assert span.trigger.quote == "fired missiles"
    assert source[span.trigger.start_char : span.trigger.end_char] == "fired missiles"


def test_a_closing_quotation_mark_belongs_to_the_sentence() -> None:
    """The mark that closes a quotation is part of the sentence that it ends."""
    assert evidence('He said: "They fired." Then', "fired", (0, 4)).quote.endswith('fired."')


def test_signs_at_the_edges_belong_to_the_sentence() -> None:
    """An opening quotation mark, a currency's sign and a sign of percent are part of the quote."""
    assert (
        evidence("Then: \u201cThey fired.\u201d", "fired", (1, 3)).quote
        == "\u201cThey fired.\u201d"
    )
    assert evidence("It fell. $5 fell by 7%. Then", "fell", (2, 6)).quote == "$5 fell by 7%."


def test_sentences_run_together_are_told_apart() -> None:
    """Of a long row of stripped words the evidence is what reads like a clause."""
    before = (
        "the minister opened a bridge over the river that was built by two firms from the north "
    )
    behind = "the ministry said on monday that it would open a school in the city next year"
    span = evidence(
        f"{before}police said rebels fired rockets at the port on friday {behind}", "fired"
    )
    assert span.quote.endswith("on friday")
    assert len(read_words(span.quote)) < LONGEST_STRIPPED


def test_words_that_say_nothing_prove_nothing() -> None:
    """Silent words go from the edges of a proof, and do not stand alone."""
    words = read_words("The navy sent two ships and planes")
    assert words.quote(*proving_words(words, 0, 6, (0, 7))) == "navy sent two ships"
    words = read_words("Teachers stayed off the job")
    assert words.quote(*proving_words(words, 2, 3, (0, 5))) == "stayed off the"
    assert words.quote(*proving_words(words, 3, 4, (3, 5))) == "the job"


def test_stripped_text_has_no_closing_mark() -> None:
    """In stripped text the quote ends with its last word."""
    assert evidence("iran fired missiles at dawn", "fired", (0, 3)).quote == "iran fired missiles"


def test_a_long_sentence_is_cut_at_clauses() -> None:
    """A sentence that is too long gives the clause around the words that fired."""
    padding = "the minister read a long list of names and dates to the silent house, "
    source = padding * 6 + "and Iran fired missiles at the port, " + padding * 6
    span = evidence(source, "fired missiles")
    assert "Iran fired missiles at the port" in span.quote
    assert len(read_words(span.quote)) <= LONGEST
    assert span.quote.startswith(("and", "the minister"))


@given(
    st.lists(
        st.sampled_from("a and when. but, x; \u00e9 U.S. \U0001f600 fired".split(" ")), min_size=1
    ),
    st.data(),
)
def test_any_evidence_is_exact(parts: list[str], data: st.DataObject) -> None:
    """Whatever the text, evidence lies in it, holds the words that fired, and is not too long."""
    source = " ".join([*parts, "fired", *parts] * 6)
    words = read_words(source)
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first + 1, min(len(words), first + 12)))
    span = evidence_of(words, first, last, (0, len(words)), field=Field.TITLE)
    assert source[span.start_char : span.end_char] == span.quote
    assert span.start_char <= span.trigger.start_char < span.trigger.end_char <= span.end_char
    assert span.trigger.quote == words.quote(first, last)
    assert span.field is span.trigger.field is Field.TITLE
    assert len(read_words(span.quote)) <= LONGEST + 1


def test_words_that_fire_over_the_limit_are_quoted_whole() -> None:
    """A finding longer than a clause is its own evidence."""
    source = " ".join(["fired"] * 60)
    words = read_words(source)
    assert evidence_of(words, 0, 55, (0, 60), field=Field.TEXT).trigger.end_char <= len(source)
