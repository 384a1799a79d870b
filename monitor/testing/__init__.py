"""The testing kit, for people who write rules for News Monitor or read its alerts.

    from monitor.testing import Monitor, article, assert_alert, assert_no_alert

`article` makes the record of an article, `Monitor` reads records with a clock that stands still,
`assert_alert` and `assert_no_alert` say in one line what must come of them. With pytest the fixture
`monitor` is a fresh Monitor for each test, `embedded_kafka` and `real_kafka` are brokers with the
product's topics; they come with the installed package (`monitor.testing.plugin`). docs/testing.md
shows all of it. What is named here keeps its meaning within a major version.
"""

from typing import TYPE_CHECKING, Any

from monitor.testing.assertions import assert_alert, assert_no_alert
from monitor.testing.news import NOON, article

if TYPE_CHECKING:
    from monitor.testing.harness import Monitor

__all__ = ["NOON", "Monitor", "article", "assert_alert", "assert_no_alert"]


def __getattr__(name: str) -> Any:
    """Load what reads only when it is asked for: pytest loads the plugin in every project."""
    if name == "Monitor":
        from monitor.testing.harness import Monitor

        return Monitor
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
