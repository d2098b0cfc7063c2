"""What a configured source reads, as a digest. In: its configuration, the environment. Out: text without secrets.

Two configurations have one digest only if what the one watched was watched in the other as well. Users and passwords
do not matter, so that they can be changed. Never opens a source.
"""

from collections.abc import Mapping
from hashlib import sha256
from urllib.parse import urlsplit

import msgspec

from auditor.config import SourceConfig

_ENVIRONMENT = "env:"


def reads(source: SourceConfig, default_app: str, environment: Mapping[str, str]) -> str:
    """Return the digest of what a source reads and what it takes for watched; `default_app` where it names no app."""
    url = source.url
    if url.startswith(_ENVIRONMENT):
        url = environment.get(url.removeprefix(_ENVIRONMENT), "").strip()
    decides = (
        source.kind, _place(url), source.app or default_app, source.layout, source.pattern, source.path, source.format,
        sorted(source.fields.items()), source.timezone, source.complete, source.counts, source.table,
    )  # fmt: skip
    return sha256(msgspec.json.encode(decides)).hexdigest()


def _place(url: str) -> tuple[str, ...]:
    """Return where a URL leads: its scheme, hosts and path, without users, passwords and options."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return (url.rpartition("@")[2],)
    return parts.scheme, parts.netloc.rpartition("@")[2], parts.path
