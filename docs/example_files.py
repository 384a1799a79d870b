"""Put the files of docs/examples into the pages that show them: `python docs/example_files.py`.

A fence whose opening line says `file=PATH` holds that file of docs/, as it is.
"""

import re
from pathlib import Path

__all__ = ["filled"]

DOCS = Path(__file__).parent
_FENCE = re.compile(r"^(```\w+ file=(\S+))\n.*?^```$", re.DOTALL | re.MULTILINE)


def filled(page: str) -> str:
    """Return a page with its files in their fences, as they are now."""
    return _FENCE.sub(
        lambda found: f"{found[1]}\n{(DOCS / found[2]).read_text(encoding='utf-8')}```", page
    )


def main() -> None:
    """Fill every page that shows files."""
    for page in sorted(DOCS.glob("*.md")):
        text = page.read_text(encoding="utf-8")
        if (new := filled(text)) != text:
            page.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
