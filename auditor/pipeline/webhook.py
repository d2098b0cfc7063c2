"""Posts a message to a webhook. In: an address, a message. Out: None, or in one sentence why it was not taken.

Times out quickly, follows no redirection, reads no answer, tries once. The address is a secret: it never stands in what
is returned. Never raises for what the network does.
"""

import msgspec

_CONNECT_SECONDS, _ANSWER_SECONDS = 3.05, 5.0


def post(address: str, message: msgspec.Struct) -> str | None:
    """Post a message as JSON; return why it was not taken, None where it was."""
    import requests

    if not address.startswith(("https://", "http://")):
        return "its value is no address; write 'https://…'"
    try:
        with requests.post(
            address,
            data=msgspec.json.encode(message),
            headers={"content-type": "application/json", "user-agent": "auditor"},
            timeout=(_CONNECT_SECONDS, _ANSWER_SECONDS),
            allow_redirects=False,
            stream=True,
        ) as answer:
            return None if 200 <= answer.status_code < 300 else f"the webhook answered {answer.status_code}"
    except requests.Timeout:
        return "the webhook did not answer in time"
    except requests.exceptions.SSLError:
        return "the webhook's certificate is not trusted"
    except (requests.RequestException, ValueError, OSError) as error:
        return f"the webhook cannot be reached ({type(error).__name__})"


def plain(text: str) -> str:
    """Return text that a chat shows as it stands: no mention, link or markup comes out of what a source said."""
    for character, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(character, written)
    return text.replace("@", "@\u200b")
