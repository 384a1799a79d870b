"""Urls: two addresses of one page, told by everything in them that names the page.

Scheme, port, `www.` and `m.`, the fragment, the order of parameters and a closing slash do not. Nor do the
parameters by which sites follow where readers come from: those of the lists that browsers strip.
"""

import re
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit

__all__ = ["page_of"]

_TRACKING = frozenset(
    # Click ids of advertisers and networks.
    "fbclid gclid gclsrc dclid wbraid gbraid msclkid yclid ysclid twclid ttclid igshid igsh li_fat_id "
    "srsltid epik mkt_tok rb_clickid s_cid wickedid _openstat "
    # Where a reader came from, in the words of publishers' own systems.
    "at_medium at_campaign at_link_id at_link_origin at_link_type at_format ocid icid ncid cmp cmpid "
    "cid smid smtyp ref ref_src ref_url referrer referringsource sref sr_share sharetoken xtor ftag "
    "ito taid guccounter partner campaign ns_mchannel ns_source ns_campaign ns_linkname feedtype "
    "feedname".split()
)
_TRACKING_PREFIXES = ("utm_", "mtm_", "pk_", "hsa_", "mc_", "oly_", "vero_", "_hs", "__hs", "guce_")
_MIRRORS = re.compile(r"^(?:www\d?|m|mobile|amp|edition)\.")
_PAGES_OF_ALL = frozenset({"", "index.html", "index.htm", "index.php", "home"})


@lru_cache(maxsize=16_384)
def page_of(url: str) -> str:
    """Return what two urls of one page share; empty where a url names no page.

    A site's front page names none: it shows other news every hour.
    """
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").casefold()
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host:
        return ""
    path = parts.path.rstrip("/").removesuffix("/amp")
    query = sorted(
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=False)
        if not _tracks(name)
    )
    if path.strip("/").casefold() in _PAGES_OF_ALL and not query:
        return ""
    place = "" if port in (None, 80, 443) else f":{port}"
    asked = f"?{urlencode(query)}" if query else ""
    return f"{_MIRRORS.sub('', host)}{place}{path}{asked}"


def _tracks(name: str) -> bool:
    """Tell whether a parameter says how the reader came, not which page it is."""
    name = name.casefold()
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)
