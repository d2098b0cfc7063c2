"""Response headers that keep a browser from doing more than showing. In: an ASGI app. Out: the same, with headers.

JSON may load nothing at all. The report may use exactly the inline styles and scripts that stand in its file, by their
hashes. Never changes a header that a response sets itself.
"""

import base64
import re
from hashlib import sha256

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_CLOSED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
HEADERS = {
    "content-security-policy": _CLOSED,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}
_INLINE = re.compile(rb"<(style|script)(?:\s[^<>]*)?>(.*?)</\1\s*>", re.DOTALL | re.IGNORECASE)


class SecurityHeaders:
    """Pure-ASGI middleware that adds the headers which a response lacks."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def report_policy(page: bytes) -> str:
    """Return the content security policy of one report: its own inline blocks by hash, data images, nothing else."""
    allowed: dict[str, list[str]] = {"style": [], "script": []}
    for block in _INLINE.finditer(page):
        digest = base64.b64encode(sha256(block[2]).digest()).decode()
        allowed[block[1].decode().lower()].append(f"'sha256-{digest}'")
    parts = [_CLOSED, "img-src data:"]
    parts += [f"{name}-src {' '.join(sorted(set(hashes)))}" for name, hashes in sorted(allowed.items()) if hashes]
    return "; ".join(parts)
