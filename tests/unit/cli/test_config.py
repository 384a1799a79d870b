"""`news-monitor config`: values, origins, secrets, and a file that can be read back."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.cli import main
from monitor.settings import Settings

SECRET = "correct horse battery staple"


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Set one thing in a file, one in both, and a secret in the environment."""
    file = tmp_path / "news-monitor.toml"
    file.write_text('group = "from-file"\nbatch_size = 7\n')
    monkeypatch.setenv("NEWS_MONITOR_CONFIG", str(file))
    monkeypatch.setenv("NEWS_MONITOR_BATCH_SIZE", "8")
    monkeypatch.setenv("NEWS_MONITOR_SASL_PASSWORD", SECRET)


def _config(*words: str) -> str:
    result = CliRunner().invoke(main, ["config", *words])
    assert result.exit_code == 0, result.stderr
    return result.stdout


def test_every_setting_has_value_origin_and_meaning() -> None:
    """JSON lists every setting; the command line wins over the environment, that over the file."""
    settings = json.loads(_config("--format", "json", "--broker", "a:1,b:2"))

    assert set(settings) == set(Settings.model_fields)
    assert all(each["meaning"] for each in settings.values())
    assert settings["broker"]["value"] == ["a:1", "b:2"]
    assert settings["broker"]["origin"] == "option --broker"
    assert settings["batch_size"]["value"] == 8
    assert settings["batch_size"]["origin"] == "variable NEWS_MONITOR_BATCH_SIZE"
    assert settings["group"]["value"] == "from-file"
    assert settings["group"]["origin"].startswith("file ")
    assert settings["processes"]["origin"] == "default"


@pytest.mark.parametrize("output_format", ["table", "json", "toml"])
def test_secrets_are_hidden(output_format: str) -> None:
    """No format prints a password."""
    output = _config("--format", output_format)

    assert SECRET not in output
    assert "sasl_password" in output


@pytest.mark.parametrize("columns", ["40", "80", "100", "140"])
def test_nothing_is_broken_apart(columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """However narrow the terminal, each setting stands with its value and origin on one line."""
    monkeypatch.setenv("COLUMNS", columns)
    rows = [" ".join(row.split()) for row in _config().splitlines()]
    for name, value, origin in (
        ("broker", "127.0.0.1:9092", "default"),
        ("analysis_seconds_per_10k_chars", "5.0", "default"),
        ("batch_size", "8", "variable"),
    ):
        assert any(
            row.startswith((f"{name} = {value} ({origin}", f"{name} {value} {origin}"))
            for row in rows
        ), rows


def test_the_table_names_every_setting() -> None:
    """The table for people holds every setting's name and where it came from."""
    output = _config()

    assert all(name in output for name in Settings.model_fields)
    assert "default" in output


def test_a_password_left_out_of_the_file_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file without the password that is set says so, and so does standard error."""
    result = CliRunner().invoke(main, ["config", "--format", "toml"])
    assert "# sasl_password is set, but secrets are not written" in result.stdout
    assert "NEWS_MONITOR_SASL_PASSWORD" in result.stdout
    assert "sasl_password is set, but secrets are not written" in result.stderr

    monkeypatch.delenv("NEWS_MONITOR_SASL_PASSWORD")
    unset = CliRunner().invoke(main, ["config", "--format", "toml"])
    assert '# sasl_password = ""' in unset.stdout
    assert unset.stderr == ""


def test_toml_can_be_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `--format toml` prints is a settings file that gives the same settings again."""
    before = json.loads(_config("--format", "json"))
    file = tmp_path / "again.toml"
    file.write_text(_config("--format", "toml"))
    monkeypatch.delenv("NEWS_MONITOR_BATCH_SIZE")

    after = json.loads(_config("--format", "json", "--config", str(file)))

    assert {name: each["value"] for name, each in after.items()} == {
        name: each["value"] for name, each in before.items()
    }
    assert after["batch_size"]["origin"] == f"file {file}"
