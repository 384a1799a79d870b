"""The panel of silences counts from an article, and not from 1970."""

from pathlib import Path

import pytest
import yaml

from tests.docker.promql import dashboard, plain, series_in
from tests.docker.tools import required, run

LABELS = 'job="news-monitor",cluster="c",instance="a:9464"'


@pytest.mark.prometheus
@pytest.mark.parametrize(
    ("legend", "labels"), [("anything at all", ""), ("{{publisher}}", 'publisher="p"')]
)
def test_nothing_is_shown_before_the_first_article(
    legend: str, labels: str, tmp_path: Path
) -> None:
    """While the time of the newest article is 0 there is no line; then, the seconds since."""
    promtool = required("promtool", package="prometheus")
    (query,) = (
        query
        for panel in dashboard("news")._PUBLISHERS
        for query in panel.queries
        if panel.title == "Since each publisher's last article" and query.legend == legend
    )
    (name,) = series_in(query.expression)
    shown = f"{{{labels}}}"
    asked = [
        {"expr": plain(query.expression), "eval_time": time, "exp_samples": samples}
        for time, samples in (("1m", []), ("5m", [{"labels": shown, "value": 240}]))
    ]
    # At the second minute an article of the first one is there.
    given = [
        {"series": f"{name}{{{','.join(filter(None, (LABELS, labels)))}}}", "values": "0x1 60x8"}
    ]
    file = tmp_path / "silence.yml"
    test = {"interval": "1m", "input_series": given, "promql_expr_test": asked}
    file.write_text(yaml.safe_dump({"rule_files": [], "tests": [test]}))

    assert "SUCCESS" in run(promtool, "test", "rules", file)
