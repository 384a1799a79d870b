"""Write the pages that are made from the code: `python docs/generate.py [--check] [PAGE...]`.

With `--check` nothing is written: a stale page is shown as a diff and the exit code is 1. Run it
from anywhere with the repository on PYTHONPATH or the package installed.
"""

import argparse
import difflib
import sys
from pathlib import Path
from typing import Final

from reference_pages import PAGES

__all__ = ["DOCS", "render", "stale"]

DOCS: Final = Path(__file__).parent


def render() -> dict[str, str]:
    """Every generated file, by its path under docs/."""
    return {path: text for page in PAGES for path, text in page().items()}


def stale(files: dict[str, str]) -> dict[str, str]:
    """What differs between *files* and the folder, as one diff per file."""
    differences = {}
    for path, text in files.items():
        file = DOCS / path
        stored = file.read_text(encoding="utf-8") if file.exists() else ""
        if stored != text:
            lines = difflib.unified_diff(
                stored.splitlines(keepends=True),
                text.splitlines(keepends=True),
                fromfile=f"docs/{path}",
                tofile=f"docs/{path} (from the code)",
            )
            differences[path] = "".join(lines)
    return differences


def main() -> int:
    """Write or check."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="fail with a diff when stale")
    parser.add_argument("pages", nargs="*", metavar="PAGE", help="path under docs/; all by default")
    options = parser.parse_args()
    files = render()
    if unknown := set(options.pages) - set(files):
        parser.error(f"no page {', '.join(sorted(unknown))}; there are: {', '.join(files)}")
    differences = stale({path: files[path] for path in options.pages or files})
    if options.check:
        for difference in differences.values():
            sys.stderr.write(difference)
        if differences:
            sys.stderr.write("\nStale: run python docs/generate.py and commit what it writes.\n")
        return 1 if differences else 0
    for path in differences:
        file = DOCS / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(files[path], encoding="utf-8")
        sys.stdout.write(f"wrote docs/{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
