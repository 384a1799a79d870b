"""What tests in other languages need, fetched by each language's own client and kept.

`python -m tests.toolchains` fetches all of it ahead of the tests, so that a slow network counts
against no test's time. Where a language is not installed its tests are skipped with the reason; in
CI that is an error.
"""

from tests.toolchains.fetching import (
    Unavailable,
    java_classpath,
    node_folder,
    python_path,
    required,
)

__all__ = ["Unavailable", "java_classpath", "node_folder", "python_path", "required"]
