"""The section on names of docs/accuracy.md is made of what the benchmark printed."""

import json
from pathlib import Path

from tests.documents import DOCS, loaded

names = loaded("names_table")


def test_the_section_shows_the_figures_as_printed(tmp_path: Path) -> None:
    """Each line of the benchmark is a row, a label that a set does not mark a dash."""
    score = {"precision": 0.5, "recall": 0.25, "f1": 0.333, "wanted": 12}
    rows = [
        {"set": "ewt_dev.jsonl.gz", "form": "written", "split": False, "ORG": score, "all": score},
        {"set": "newswire-1987.tsv", "form": "stripped", "alerts": 7, **score},
    ]
    file = tmp_path / "names.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    section = names.names_section(file)
    assert "| ewt_dev | written | 0.333 | - | 0.333 | - | - | - | - | 12 |" in section
    assert "| newswire-1987 | stripped | 7 | 0.500 | 0.250 | 0.333 |" in section


def test_the_page_has_the_section() -> None:
    """What is published is what the figures say."""
    assert names.names_section() in (DOCS / "accuracy.md").read_text(encoding="utf-8")
