"""Sites: what somebody registered of a host's name, by the Public Suffix List, and whose site it is.

The list comes with the package `publicsuffixlist`, which is released with every change of it
(https://publicsuffix.org). `gazetteer/publishers.toml` says which names are one publisher.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from publicsuffixlist import PublicSuffixList

__all__ = ["load_publishers", "registered_name"]


@cache
def _suffixes() -> PublicSuffixList:
    """Read the list, once per process."""
    return PublicSuffixList()


def registered_name(host: str) -> str:
    """Return the registered label of a host: `bbc` of `feeds.bbc.co.uk`; an address stays whole.

    Args:
        host: lower case, without port. A host of one label, or a suffix alone, stays as it is.
    """
    labels = [label for label in host.split(".") if label]
    if not labels or labels[-1].isdigit() or ":" in host:
        return host
    registered = _suffixes().privatesuffix(".".join(labels))
    return registered.split(".")[0] if registered else host


@cache
def load_publishers() -> Mapping[str, str]:
    """Read which evened-out names stand for which publisher, once per process."""
    file = resources.files("monitor.lexicon") / "gazetteer" / "publishers.toml"
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    return {
        name: publisher["name"] for publisher in content["publisher"] for name in publisher["names"]
    }
