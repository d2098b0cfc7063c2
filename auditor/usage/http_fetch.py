"""One document over HTTP, from a server that may hang, lie or be another. In: a URL, headers. Out: its bytes.

What goes wrong is a `FetchError` in one line, without the URL and without a header's value. Certificates are always
verified; nothing is ever sent to another host or by another scheme than the URL's own; sizes and times have bounds.
Proxies are the environment's; `.netrc` is not read, since it would replace a configured Authorization.
"""

import threading
import time
import zlib
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

_MOST_BYTES = 32 * 1024 * 1024
_MOST_ERROR_BYTES = 64 * 1024
_CHUNK = 64 * 1024
_MOST_REDIRECTS = 3
_REDIRECTS = (301, 302, 303, 307, 308)
_PASSING = (429, 502, 503, 504)
_GZIP_OR_ZLIB = 47  # zlib's window bits for either


class Patience(NamedTuple):
    """How long to wait, seconds, and how often to try."""

    connect: float = 5.0
    read: float = 30.0
    total: float = 60.0
    tries: int = 3
    backoff: float = 1.0
    longest_pause: float = 10.0


class FetchError(Exception):
    """What went wrong, in one line. `body` is what the server said to it, bounded, empty where it said nothing."""

    def __init__(self, problem: str, body: bytes = b"") -> None:
        super().__init__(problem)
        self.body = body


class _PassingError(FetchError):
    """May be over in a moment; `pause` is what the server asked for, seconds, None where it did not."""

    def __init__(self, problem: str, body: bytes = b"", pause: float | None = None) -> None:
        super().__init__(problem, body)
        self.pause = pause


def fetch(url: str, headers: Mapping[str, str], authorities: str | None, patience: Patience) -> bytes:
    """Return the body of a document, at most 32 MiB of it.

    Args:
        url: http or https; may hold user and password.
        headers: To send.
        authorities: File with the certificates to trust; None for the public ones, or those the environment names.
        patience: How long to wait altogether, even for a server that sends a byte now and then.

    Raises:
        FetchError: It cannot be had.
    """
    fetching = _Fetching(url, headers, authorities, patience)
    # Nothing bounds a name's resolution, or headers that come byte by byte, but not waiting for them.
    thread = threading.Thread(target=fetching.run, daemon=True)
    thread.start()
    thread.join(patience.total)
    if fetching.error is not None:
        raise fetching.error
    if fetching.body is None:
        raise FetchError(f"it did not answer within {patience.total:g} s")
    return fetching.body


class _Fetching:
    """One document being fetched: `body` or `error` is set at the end."""

    def __init__(self, url: str, headers: Mapping[str, str], authorities: str | None, patience: Patience) -> None:
        self.body: bytes | None = None
        self.error: FetchError | None = None
        self._url = url
        self._headers = {"Accept": "application/json", "User-Agent": "auditor", **headers, "Accept-Encoding": "gzip"}
        self._authorities = authorities
        self._patience = patience
        self._deadline = time.monotonic() + patience.total

    def run(self) -> None:
        try:
            self.body = self._tried()
        except FetchError as error:
            self.error = error
        except Exception as error:  # noqa: BLE001 -- a thread's end must not be silent, whatever a library raises
            self.error = FetchError(f"it cannot be asked ({type(error).__name__})")

    def _tried(self) -> bytes:
        for attempt in range(self._patience.tries):
            try:
                return self._once()
            except _PassingError as error:
                pause = self._patience.backoff * 2**attempt if error.pause is None else error.pause
                last = attempt + 1 == self._patience.tries or pause > self._patience.longest_pause
                if last or time.monotonic() + pause > self._deadline:
                    raise
                time.sleep(pause)
        raise AssertionError("there is at least one try")

    def _once(self) -> bytes:
        url = self._url
        with _Session() as session:
            for _ in range(_MOST_REDIRECTS + 1):
                with self._response(session, url) as response:
                    if response.status_code not in _REDIRECTS:
                        return self._body(response)
                    url = _same_place(url, response.headers.get("Location", ""))
        raise FetchError("it redirects again and again; give the url of the statistics themselves")

    def _response(self, session: requests.Session, url: str) -> requests.Response:
        patience = self._patience
        try:
            return session.get(
                url, headers=self._headers, auth=_own_credentials, stream=True, allow_redirects=False,
                timeout=(patience.connect, patience.read), verify=self._authorities or True,
            )  # fmt: skip
        except requests.exceptions.SSLError as error:
            raise FetchError(
                "its certificate cannot be verified; name a file with its authority's certificates in verify"
            ) from error
        except requests.exceptions.ConnectTimeout as error:
            raise _PassingError(f"it cannot be reached within {patience.connect:g} s") from error
        except requests.exceptions.Timeout as error:
            raise FetchError(f"it did not answer within {patience.read:g} s") from error
        except requests.exceptions.ProxyError as error:
            raise _PassingError("the proxy that the environment names cannot be used") from error
        except requests.exceptions.ConnectionError as error:
            raise _PassingError("it cannot be reached") from error
        except requests.exceptions.InvalidHeader as error:
            raise FetchError("the value of one of its headers cannot be sent; is there a line break in it?") from error
        except (requests.exceptions.RequestException, ValueError) as error:
            raise FetchError("its url cannot be used; it must look like https://host/stats") from error
        except OSError as error:
            raise FetchError("the file that verify names holds no certificates that can be read") from error

    def _body(self, response: requests.Response) -> bytes:
        status = response.status_code
        if status == 200:
            return self._read(response, _MOST_BYTES)
        try:
            body = self._read(response, _MOST_ERROR_BYTES)
        except FetchError:
            body = b""
        if status in _PASSING:
            raise _PassingError(f"it answered {status}", body, _pause(response.headers.get("Retry-After", "")))
        mend = "; check its headers" if status in (401, 403, 407) else ""
        raise FetchError(f"it answered {status}{mend}", body)

    def _read(self, response: requests.Response, most: int) -> bytes:
        """Return the decoded body; stop at `most` bytes, however small they were made for the way."""
        encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding not in ("identity", "", "gzip", "x-gzip", "deflate"):
            raise FetchError("it compresses its answer in a way that was not asked for")
        decoder = zlib.decompressobj(_GZIP_OR_ZLIB) if encoding not in ("identity", "") else None
        body = bytearray()
        try:
            while chunk := response.raw.read(_CHUNK, decode_content=False):
                body += decoder.decompress(chunk, most + 1 - len(body)) if decoder else chunk
                if len(body) > most:
                    raise FetchError(f"its answer is larger than {most // 1024 // 1024} MiB")
                if time.monotonic() > self._deadline:
                    raise FetchError(f"it did not answer within {self._patience.total:g} s")
        except urllib3.exceptions.ReadTimeoutError as error:
            raise FetchError(f"it did not answer within {self._patience.read:g} s") from error
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise _PassingError("its answer broke off") from error
        except zlib.error as error:
            raise FetchError("its answer is compressed and damaged") from error
        if decoder and not decoder.eof:
            raise FetchError("its answer is compressed and damaged")
        return bytes(body)


class _Session(requests.Session):
    """Never looks where a redirect leads: to prepare for it, requests would read its body, whatever its size."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return that there is none."""


def _own_credentials(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Send the credentials of the URL where it holds any, and none that a file of the user's holds."""
    user, password = requests.utils.get_auth_from_url(request.url or "")
    return requests.auth.HTTPBasicAuth(user, password)(request) if user or password else request


def _same_place(url: str, location: str) -> str:
    """Return where a redirect leads, if that is the same host, port and scheme."""
    target = ""
    try:
        target = urljoin(url, location)
        here, there = ((parts.scheme, parts.hostname, parts.port) for parts in map(urlsplit, (url, target)))
    except ValueError:
        there = here = ("", None, None)
    if not location or here != there or not here[0]:
        raise FetchError("it redirects to another host or scheme; give the url of the statistics themselves")
    return target


def _pause(text: str) -> float | None:
    """Return the seconds that a Retry-After asks for, None where it asks for none that can be understood."""
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None
