"""Who may ask. In: a request's Authorization header. Out: whether it shows a token.

`Bearer TOKEN`, as scrapers and scripts send it, or `Basic`, as browsers do after asking a person: any user name, the
token as password. Tokens are compared in constant time. Never keeps or shows one.
"""

import base64
import binascii
import hmac

CHALLENGE = {"www-authenticate": 'Basic realm="auditor", charset="UTF-8"'}
"""What makes a browser ask for the token."""


def shown_in(authorization: str, token: str) -> bool:
    """Return whether an Authorization header shows the token."""
    scheme, _, credentials = authorization.strip().partition(" ")
    credentials = credentials.strip()
    if scheme.lower() == "bearer":
        return same(credentials, token)
    if scheme.lower() == "basic":
        return same(_password(credentials), token)
    return False


def same(given: str, token: str) -> bool:
    """Return whether a token is the right one, in a time that does not tell how much of it was."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), token.encode())


def _password(credentials: str) -> str:
    try:
        return base64.b64decode(credentials, validate=True).decode().partition(":")[2]
    except (binascii.Error, ValueError):
        return ""
