"""Write the output of the example in docs/analyse.md again, by running the command on its input.

python docs/analyse_example.py
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parent / "analyse.md"
WIDTH = 110


def output_of(given: str) -> list[dict[str, Any]]:
    """Return what the command prints for *given*, without versions."""
    command = [sys.executable, "-m", "monitor", "analyse", "--format", "jsonl"]
    done = subprocess.run(  # noqa: S603  (our own command)
        command, input=given.encode(), capture_output=True, check=False, cwd=PAGE.parents[1]
    )
    readings = [json.loads(line) for line in done.stdout.splitlines()]
    for reading in readings:
        reading.pop("versions", None)
    return readings


def laid_out(value: Any, depth: int = 0) -> str:
    """Return JSON in as few lines as fit the page."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) + 2 * depth <= WIDTH or not isinstance(value, dict | list) or not value:
        return line
    inner, outer = "  " * (depth + 1), "  " * depth
    if isinstance(value, dict):
        rows = [f"{json.dumps(name)}: {laid_out(part, depth + 1)}" for name, part in value.items()]
        return "{\n" + ",\n".join(inner + row for row in rows) + f"\n{outer}}}"
    rows = [laid_out(part, depth + 1) for part in value]
    return "[\n" + ",\n".join(inner + row for row in rows) + f"\n{outer}]"


def main() -> None:
    """Put the output into the page."""
    page = PAGE.read_text(encoding="utf-8")
    (given,) = re.findall(r"^```jsonl\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    shown = ",\n".join(laid_out(reading) for reading in output_of(given))
    start = page.index("```json\n") + len("```json\n")
    end = page.index("\n```", start)
    PAGE.write_text(page[:start] + shown + page[end:], encoding="utf-8")


if __name__ == "__main__":
    main()
