"""The list of what tests in other languages need, by the name that tests call it by."""

from collections.abc import Callable, Mapping
from pathlib import Path

from tests.documents import DOCS
from tests.toolchains.fetching import java_classpath, node_folder, python_path

__all__ = ["EXAMPLES", "NEEDED"]

EXAMPLES = DOCS / "examples"

NEEDED: Mapping[str, Callable[[], Path]] = {
    "asyncapi": lambda: node_folder(Path(__file__).parent / "asyncapi"),
    "java": lambda: java_classpath(EXAMPLES / "java"),
    "node": lambda: node_folder(EXAMPLES / "node"),
    "python-aiokafka": lambda: python_path(EXAMPLES / "python-aiokafka" / "requirements.txt"),
    "python-confluent": lambda: python_path(EXAMPLES / "python-confluent" / "requirements.txt"),
}
