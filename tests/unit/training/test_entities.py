"""What the entity pipeline is trained on is what the readers marked, in every form."""

import gzip
import json
import random
from argparse import Namespace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import spacy
from spacy.training import Example
from spacy.util import load_model_from_config

from monitor.accuracy import labelled
from tests.documents import ROOT, loaded

FOLDER = ROOT / "training" / "entities"
TEXT = "U.S. troops left São Tomé\u2019s Fort-Liberté, said Ban Ki-moon."
MARKS = ((0, 4, "GPE"), (17, 25, "GPE"), (28, 40, "GPE"), (47, 58, "PERSON"))
NAMES = ["U.S.", "São Tomé", "Fort-Liberté", "Ban Ki-moon"]


train, marked, export, pretrain = (
    loaded(name, FOLDER) for name in ("train", "marked", "export", "pretrain")
)
SENTENCE = marked.Sentence(TEXT, MARKS)


def lines(rows: list[Any]) -> bytes:
    """A compressed file of rows."""
    return gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode())


def weights(layers: Any) -> bytes:
    """All numbers of some layers, in order."""
    return b"".join(
        node.get_param(name).tobytes()
        for node in layers.walk()
        for name in node.param_names
        if node.has_param(name)
    )


def initialised(config: Any) -> Any:
    """A pipeline with the numbers that chance gives it."""
    nlp = load_model_from_config(config, auto_fill=True)
    doc = train.as_doc(nlp, TEXT, MARKS)
    nlp.initialize(lambda: [Example(doc.copy(), doc)])
    return nlp


def quoted(text: str, marks: Any) -> list[str]:
    """The words that are marked."""
    return [text[first:last] for first, last, _ in marks]


def test_the_marks_of_the_example_lie_on_its_names() -> None:
    """What the other tests rest on."""
    assert quoted(TEXT, MARKS) == NAMES


def test_marks_are_taken_out_of_written_news(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Documents stand between empty lines, names between brackets."""
    lines = [
        "[[GPE|U.S.]] troops left [[[PERSON|Escoto]]]",
        "No name",
        "",
        "Said [[ORG|A, B & Co]].",
    ]
    (tmp_path / "a.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    monkeypatch.setattr(marked, "WRITTEN", tmp_path)
    first, second = marked.written(None)
    assert [(each.text, quoted(each.text, each.marks)) for each in (*first, *second)] == [
        ("U.S. troops left [Escoto]", ["U.S.", "Escoto"]),
        ("No name", []),
        ("Said A, B & Co.", ["A, B & Co"]),
    ]
    assert first[0].marks[1][2] == "PERSON"
    parts = [document for part in marked.Part for document in marked.written(part)]
    assert sorted(document[0].text for document in parts) == [second[0].text, first[0].text]


def test_marks_move_with_the_sentences_that_are_joined() -> None:
    """A group of sentences is one text."""
    text, marks = train.text_of([SENTENCE, SENTENCE])
    assert quoted(text, marks) == NAMES * 2


def test_marks_stay_on_their_names_in_stripped_text() -> None:
    """Stripped as the product's benchmark strips."""
    text, marks = train.stripped(TEXT, MARKS)
    assert quoted(text, marks) == ["u s", "são tomé", "fort liberté", "ban ki moon"]
    assert text.strip() == labelled.stripped(TEXT)


def test_another_name_stands_in_place_of_each() -> None:
    """The same one wherever the name stands, and with its own place."""
    names = {"GPE": ["Ouagadougou"], "PERSON": ["Li"]}
    group = train.replaced([SENTENCE, SENTENCE], names, random.Random(1))
    for sentence in group:
        assert quoted(sentence.text, sentence.marks) == ["Ouagadougou"] * 3 + ["Li"]


def test_a_name_without_another_stays() -> None:
    """Peoples are given no other names."""
    (sentence,) = train.replaced([SENTENCE], {}, random.Random(1))
    assert (sentence.text, sentence.marks) == (TEXT, MARKS)


def test_every_form_of_a_text_has_its_names_on_tokens() -> None:
    """As written and stripped, and now and then in other cases."""
    nlp = spacy.blank("en")
    for text, marks in train.forms(TEXT, MARKS, random.Random(7)):
        doc = train.as_doc(nlp, text, marks)
        assert [ent.label_ for ent in doc.ents] == [label for *_, label in marks]


def test_groups_have_a_few_sentences_of_one_document() -> None:
    """None of two documents, none of too many."""
    groups = train.grouped([[SENTENCE] * 10, [SENTENCE]], None)
    assert [len(group) for group in groups] == [8, 2, 1]
    assert len(train.grouped([[SENTENCE] * 40], 16)) == 2


def test_a_document_keeps_its_part() -> None:
    """The split is by the id alone: a document that is held back stays so when others come."""
    assert marked.part_of("gmb-2") is marked.Part.LEARNT
    parts = [marked.part_of(f"gmb-{number}") for number in range(2000)]
    for part in (marked.Part.CHOSEN, marked.Part.HELD):
        assert 120 < parts.count(part) < 280


def test_a_document_that_no_source_has_is_named(tmp_path: Path) -> None:
    """Only the newswire may be missing."""
    texts = object.__new__(marked.Texts)
    texts._sentences, texts._articles, texts._has_newswire = {}, {}, False
    assert texts.sentence("reuters-1", "title") is None
    with pytest.raises(KeyError, match="A-0000"):
        texts.sentence("A-0000", "title")


def test_weights_are_rounded_to_half_of_their_bits() -> None:
    """Eleven significant bits stay, the rest is 0 and takes no room in a wheel."""
    weights = np.random.default_rng(1).normal(size=1000).astype("f4")
    kept = export.rounded(weights)
    assert np.abs(kept / weights - 1).max() <= 2.0**-11
    assert not (kept.view("u4") & 0x1FFF).any()


def test_nothing_that_is_held_back_is_read_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pretraining reads no text of a document that only measures, or chooses the step."""
    names = [f"Report {number}" for number in range(30)]
    wanted = [name for name in names if marked.part_of(name) is marked.Part.LEARNT]
    assert 0 < len(wanted) < len(names)
    rows = [{"doc": name, "sents": [[f"{name}.", []], ["It said so.", []]]} for name in names]
    held = {"doc": "gold", "sents": [[f"{wanted[0]}.", []]]}
    (tmp_path / "newswire_gold.jsonl.gz").write_bytes(lines([held] * 3))
    (tmp_path / "gmb_train.jsonl.gz").write_bytes(lines(rows))
    newswire = tmp_path / "newswire.jsonl.gz"
    newswire.write_bytes(lines([{"id": n, "title": n, "text": "Wire."} for n in names]))
    (tmp_path / "written.txt").write_text("\n\n".join(names) + "\n", encoding="utf-8")
    monkeypatch.setattr(marked, "WRITTEN", tmp_path)
    monkeypatch.setattr(pretrain, "ARTICLES", tmp_path)
    read = list(pretrain.texts(tmp_path, newswire))
    assert read == [
        "It said so.",
        *(f"{name}. It said so." for name in wanted[1:]),
        *(f"{name} Wire." for name in wanted),
        *wanted,
    ]


def test_the_layers_that_read_words_begin_with_what_was_pretrained(tmp_path: Path) -> None:
    """What pretraining wrote of its layers is loaded in place of chance, the recogniser's own layer is not."""
    given = Namespace(width=32, depth=1, seed=1, epochs=1, out=tmp_path, vectors=tmp_path / "v")
    words: Any = spacy.blank("en")
    words.vocab.set_vector("iran", np.ones(8, dtype="f4"))
    words.to_disk(given.vectors)
    shaped = train.shaped_config(given).interpolate()
    first, second = map(initialised, (pretrain.config_of(given), shaped))
    pretrained = first.get_pipe("tok2vec").model
    (tmp_path / "model-last.bin").write_bytes(pretrained.to_bytes())
    layers = second.get_pipe("ner").model.get_ref("tok2vec").layers[0]
    chance = weights(layers)
    train.begin_with(second, tmp_path)
    assert weights(layers) == weights(pretrained) != chance
