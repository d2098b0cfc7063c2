"""Addresses of source lines on the repository's host, at one commit.

In: where the repository is read, a commit, a place. Out: an address, empty where none can be told. Only http and https
ever come out, whatever a stored plan says.
"""

import os
import re
from urllib.parse import quote

import msgspec

from auditor.model.repository import RepositoryWeb

_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~%+-]+)+")
_COMMIT = re.compile(r"[0-9a-f]{7,64}")


class SourceLinks(msgspec.Struct, frozen=True):
    """Addresses of one repository's files at one commit; without a known host every address is empty."""

    web: RepositoryWeb | None
    commit: str

    @property
    def known(self) -> bool:
        """Whether there are addresses at all."""
        return (
            self.web is not None
            and _ADDRESS.fullmatch(self.web.url) is not None
            and _COMMIT.fullmatch(self.commit) is not None
        )

    def of(self, path: str, line: int = 0, end_line: int = 0) -> str:
        """Return the address of a file of the audited root, or of lines of it (1-based, inclusive)."""
        if self.web is None or not self.known or not _inside(path):
            return ""
        file = quote(os.fsencode(self.web.prefix + path))
        last = max(line, end_line)
        match self.web.kind:
            case "github":
                return f"{self.web.url}/blob/{self.commit}/{file}{_lines(line, last, '#L{}', '-L{}')}"
            case "gitlab":
                return f"{self.web.url}/-/blob/{self.commit}/{file}{_lines(line, last, '#L{}', '-{}')}"
            case "gitea":
                return f"{self.web.url}/src/commit/{self.commit}/{file}{_lines(line, last, '#L{}', '-L{}')}"
            case "bitbucket":
                return f"{self.web.url}/src/{self.commit}/{file}{_lines(line, last, '#lines-{}', ':{}')}"
            case "bitbucket_server":
                return f"{self.web.url}/browse/{file}?at={self.commit}{_lines(line, last, '#{}', '-{}')}"
            case "azure":
                place = quote(os.fsencode(f"/{self.web.prefix}{path}"), safe="")
                span = f"&line={line}&lineEnd={last + 1}&lineStartColumn=1&lineEndColumn=1" if line else ""
                return f"{self.web.url}?path={place}&version=GC{self.commit}{span}&_a=contents"

    def of_commit(self) -> str:
        """Return the address of the commit itself."""
        if self.web is None or not self.known:
            return ""
        between = {"gitlab": "/-/commit/", "bitbucket": "/commits/", "bitbucket_server": "/commits/"}
        return f"{self.web.url}{between.get(self.web.kind, '/commit/')}{self.commit}"


def _inside(path: str) -> bool:
    return bool(path) and not {"", ".", ".."} & set(path.split("/"))


def _lines(first: int, last: int, one: str, to: str) -> str:
    if first < 1:
        return ""
    return one.format(first) + (to.format(last) if last > first else "")
