"""Where people read the repository in a browser. In: nothing. Out: a frozen struct. Never holds a password."""

from typing import Literal

import msgspec

HostKind = Literal["github", "gitlab", "bitbucket", "bitbucket_server", "azure", "gitea"]


class RepositoryWeb(msgspec.Struct, frozen=True):
    """A repository on its host.

    Attributes:
        kind: How the host writes addresses of lines.
        url: The repository's page, http or https, without a slash at its end.
        prefix: The audited root in the repository: empty, or ending in a slash.
    """

    kind: HostKind
    url: str
    prefix: str = ""
