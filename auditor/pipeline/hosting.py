"""Which web pages show this repository: from its remote, or from the configuration.

In: a configuration, a repository. Out: a `RepositoryWeb`, None where the host is not known. What stands before the `@`
of a remote never comes out, and neither does anything but http and https.
"""

import re
from urllib.parse import SplitResult, quote, unquote, urlsplit

from auditor.config import LoadedConfig
from auditor.errors import GitError
from auditor.git import Repository
from auditor.model.repository import HostKind, RepositoryWeb
from auditor.pipeline.places import prefix_in

_SCP = re.compile(r"(?:[^@/]*@)?([A-Za-z0-9.-]+):(?!//)(.+)")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
_SCHEMES = ("http", "https", "ssh", "git", "git+ssh", "ssh+git")
_FIRST_LABELS: dict[str, HostKind] = {
    "github": "github", "gitlab": "gitlab", "bitbucket": "bitbucket_server", "stash": "bitbucket_server",
    "gitea": "gitea", "forgejo": "gitea", "codeberg": "gitea",
}  # fmt: skip
"""Names of hosts by what runs there, as people name them: `gitlab.example.com`, `gitea.example.org`."""
_ELSEWHERE = {
    "ssh.github.com": "github.com",
    "altssh.gitlab.com": "gitlab.com",
    "altssh.bitbucket.org": "bitbucket.org",
}
"""Hosts that answer ssh alone, with the ones that answer browsers."""


def repository_web(loaded: LoadedConfig, repository: Repository) -> RepositoryWeb | None:
    """Return where people read the repository; None where nobody knows."""
    config = loaded.config.report
    if config.repository_host == "none":
        return None
    known: HostKind | None = None if config.repository_host == "auto" else config.repository_host
    found = web_of(config.repository_url or _remote(repository), known)
    if found is None:
        return None
    return RepositoryWeb(found.kind, found.url, prefix_in(loaded, repository))


def _remote(repository: Repository) -> str:
    """Return the address of `origin`, or of the only remote there is; empty where there is none."""
    try:
        return repository.run("remote", "get-url", "--", "origin")
    except GitError:
        pass
    try:
        names = repository.run("remote").splitlines()
        return repository.run("remote", "get-url", "--", names[0]) if len(names) == 1 else ""
    except GitError:
        return ""


def web_of(remote: str, kind: HostKind | None = None) -> RepositoryWeb | None:
    """Return the web page of a remote's address; of a `kind` where the host's name does not tell."""
    split = _split(remote.strip())
    if split is None:
        return None
    scheme, host, port, path = split
    host = _ELSEWHERE.get(host, host)
    parts = [unquote(part) for part in path.split("/") if part]
    if not parts or any(part in (".", "..") or not part.isprintable() or "/" in part for part in parts):
        return None
    parts[-1] = parts[-1].removesuffix(".git") or parts[-1]
    kind = kind or _kind(host)
    if kind == "azure":
        found = _azure(host, parts)
    elif kind == "bitbucket_server":
        found = _bitbucket_server(host, parts)
    else:
        found = (host, parts) if len(parts) >= 2 else None
    if kind is None or found is None:
        return None
    host, parts = found
    return RepositoryWeb(kind, f"{scheme}://{host}{port}/{'/'.join(quote(part, safe='~+') for part in parts)}")


def _split(remote: str) -> tuple[str, str, str, str] | None:
    """Return scheme, host, port as it is written, and path; None for what is no address of a host."""
    if not remote.isprintable() or " " in remote or remote.startswith("-"):
        return None
    try:
        parsed: SplitResult = urlsplit(remote)
        host, port = (parsed.hostname or "").lower(), parsed.port
    except ValueError:
        return None
    if parsed.scheme in _SCHEMES and "://" in remote:
        scheme, path = parsed.scheme, parsed.path
    else:
        found = _SCP.fullmatch(remote)
        if found is None or "://" in remote or len(found[1]) == 1:  # one letter is a drive
            return None
        scheme, host, port, path = "ssh", found[1].lower(), None, found[2]
    if not _HOST.fullmatch(host):
        return None
    shown = f":{port}" if port and scheme in ("http", "https") and port != {"http": 80, "https": 443}[scheme] else ""
    return "http" if scheme == "http" else "https", host, shown, path


def _kind(host: str) -> HostKind | None:
    if host == "bitbucket.org":
        return "bitbucket"
    if host in ("dev.azure.com", "ssh.dev.azure.com") or host.endswith(".visualstudio.com"):
        return "azure"
    return next((_FIRST_LABELS[label] for label in host.split(".") if label in _FIRST_LABELS), None)


def _azure(host: str, parts: list[str]) -> tuple[str, list[str]] | None:
    """Return the page of a repository on Azure DevOps, however its remote is written."""
    if host.startswith(("ssh.dev.", "vs-ssh.")):
        if len(parts) != 4 or parts[0] != "v3":
            return None
        organisation, project, name = parts[1:]
        return "dev.azure.com", [organisation, project, "_git", name]
    if "_git" not in parts or parts[-2] != "_git":
        return None
    if host.endswith(".visualstudio.com"):
        rest = [part for part in parts if part.lower() != "defaultcollection"]
        return "dev.azure.com", [host.removesuffix(".visualstudio.com"), *rest]
    return host, parts


def _bitbucket_server(host: str, parts: list[str]) -> tuple[str, list[str]] | None:
    """Return the page of a repository on one's own Bitbucket: `KEY/name`, with `scm` before it or not."""
    if "projects" in parts and "repos" in parts:
        return host, parts
    if len(parts) < 2:
        return None
    before = parts[: parts.index("scm")] if "scm" in parts else []
    owner, name = parts[-2:]
    page = ["users", owner[1:]] if owner.startswith("~") else ["projects", owner]
    return host, [*before, *page, "repos", name]
