"""Which files may take part in registering routes: their start-up code may have to be followed.

In: a file's text. Out: the text, `""` for a file of which no word says so. Never parses: words are enough, and cheap.
"""

_WORDS = (
    "flask", "quart", "fastapi", "starlette", "aiohttp", "tornado", "add_url_rule", "register_blueprint",
    "include_router", "add_resource", "add_api_route", "add_namespace", "add_route", "add_handlers", "init_app",
    "create_app", ".mount(", ".route(", "(app)", "(app,", "(app:", "app: ", ", app)", ", app,", "(application)",
    "(application,", "(router", ", router", "(api)", "(api,", "blueprint", "(bp", "\ndef get(", "\ndef post(",
    "\ndef put(", "\ndef delete(", "\ndef route(", ".environ", "getenv(", "BaseSettings", "Settings:", "Settings(",
    "class Config", "_PREFIX", "url_prefix",
)  # fmt: skip


def registering(text: str) -> str:
    """Return a file's text where it may take part."""
    return text if any(word in text for word in _WORDS) else ""
