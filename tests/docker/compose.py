"""The compose file and the Dockerfile as data, for tests that run what the containers run."""

import re
from typing import Any

import yaml

from tests.docker.tools import ROOT

__all__ = ["COMPOSE", "FILE", "INSTRUCTIONS", "SERVICES", "arguments", "environment_of", "seconds"]

FILE = ROOT / "docker" / "compose.yaml"
COMPOSE: dict[str, Any] = yaml.safe_load(FILE.read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "docker" / "Dockerfile").read_text()
# Continuation lines joined: one instruction per line.
INSTRUCTIONS = DOCKERFILE.replace("\\\n", " ").splitlines()


def arguments(instruction: str) -> list[str]:
    """What follows an instruction of the Dockerfile, for each time it is given."""
    return [
        " ".join(line.split()[1:]) for line in INSTRUCTIONS if line.split()[:1] == [instruction]
    ]


def seconds(duration: str) -> int:
    """A compose duration such as `20s`."""
    return int(duration.removesuffix("s"))


def environment_of(name: str) -> dict[str, str]:
    """What the image and the compose file give one of our services, Compose's defaults filled in."""
    image = dict(re.findall(r"(NEWS_MONITOR_\w+)=(\S+)", DOCKERFILE))
    given = {
        variable: re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", str(value))
        for variable, value in SERVICES[name]["environment"].items()
    }
    return image | given
