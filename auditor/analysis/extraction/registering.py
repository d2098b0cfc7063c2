"""Which files may take part in registering routes: their start-up code may have to be followed.

In: a file's text. Out: the text, `""` for a file of which no word says so. Never parses: words are enough, and cheap.
"""

_WORDS = {
    "flask": (), "quart": (), "fastapi": (), "starlette": (), "aiohttp": (), "tornado": (), "blueprint": (),
    "_PREFIX": (), "url_prefix": (), ".mount(": (), ".route(": (), ".environ": (), "getenv(": (), "class Config": (),
    "include_router": (), "(router": (), ", router": (), "(application": ("(application)", "(application,"),
    "add_": ("add_url_rule", "add_resource", "add_api_route", "add_namespace", "add_route", "add_handlers"),
    "_app": ("init_app", "create_app"), "app)": ("(app)", ", app)"), "app,": ("(app,", ", app,"),
    "app:": ("(app:", "app: "), "(api": ("(api)", "(api,"), "(bp": (),
    "Settings": ("BaseSettings", "Settings:", "Settings("),
    "\ndef ": ("\ndef get(", "\ndef post(", "\ndef put(", "\ndef delete(", "\ndef route("),
}  # fmt: skip
"""Parts of words, and the words themselves where the part alone says nothing."""


def registering(text: str) -> str:
    """Return a file's text where it may take part."""
    for part, words in _WORDS.items():
        if part in text and (not words or any(word in text for word in words)):
            return text
    return ""
