"""Which places of a repository name a requirement: by the distribution's name, or by what is imported of it.

In: names, texts by path. Out: places. Any word counts, also in prose and comments. Requirements that other libraries
load by themselves are left out, as are those whose import names are not known. Never says that one may go.
"""

import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from pathlib import PurePosixPath

Place = tuple[str, int]

_IMPORTS = {
    "pyyaml": ("yaml",), "beautifulsoup4": ("bs4",), "scikit-learn": ("sklearn",), "opencv-python": ("cv2",),
    "opencv-python-headless": ("cv2",), "attrs": ("attr", "attrs"), "pyjwt": ("jwt",), "pyserial": ("serial",),
    "gitpython": ("git",), "python-slugify": ("slugify",), "python-docx": ("docx",), "python-pptx": ("pptx",),
    "pycryptodome": ("Crypto",), "scikit-image": ("skimage",),
    "google-api-python-client": ("googleapiclient", "apiclient"),
    "faiss-cpu": ("faiss",), "pypdf2": ("PyPDF2",), "pyopenssl": ("OpenSSL",), "pygithub": ("github",),
    "python-gitlab": ("gitlab",), "python-telegram-bot": ("telegram",), "discord-py": ("discord",),
    "antlr4-python3-runtime": ("antlr4",), "pyzmq": ("zmq",), "python-levenshtein": ("Levenshtein",),
    "sentry-sdk": ("sentry_sdk",), "django-environ": ("environ",), "websocket-client": ("websocket",),
}  # fmt: skip
"""Distributions whose import names are not their own."""
_LOADED_BY_OTHERS = frozenset({
    "aiofiles", "aiohttp", "aiosqlite", "argon2-cffi", "asyncpg", "attrs", "babel", "bcrypt", "beautifulsoup4",
    "billiard", "blinker", "bottleneck", "boto3", "brotli", "cachetools", "celery", "certifi", "chardet", "colorama",
    "coreapi", "coverage", "cryptography", "cssselect", "cx-oracle", "defusedxml", "django", "dnspython", "docutils",
    "email-validator", "eventlet", "fastapi", "fastparquet", "flask", "gevent", "graphviz", "greenlet", "gunicorn",
    "h2", "h5py", "hiredis", "html5lib", "httptools", "httpx", "idna", "importlib-metadata", "inflection",
    "itsdangerous", "jinja2", "jsonschema", "kombu", "lxml", "markdown", "markupsafe", "matplotlib", "mock", "motor",
    "msgpack", "multipart", "mysqlclient", "numba", "numexpr", "numpy", "openpyxl", "oracledb", "orjson", "packaging",
    "pandas", "passlib", "pillow", "pip", "pkg-resources", "psutil", "psycopg", "psycopg2", "psycopg2-binary",
    "pyarrow",
    "pydantic", "pygments", "pylibmc", "pymemcache", "pymongo", "pymssql", "pymysql", "pyodbc", "pyopenssl", "pysocks",
    "pytest", "python-dateutil", "python-dotenv", "python-multipart", "python-snappy", "pytz", "pywin32", "pyxlsb",
    "redis", "requests", "s3fs", "gcsfs", "fsspec", "scipy", "sentry-sdk", "setproctitle", "setuptools", "simplejson",
    "six", "sqlalchemy", "sqlparse", "starlette", "tables", "tabulate", "toml", "tomli", "tornado", "tqdm",
    "typing-extensions", "tzdata", "tzlocal", "ujson", "uritemplate", "urllib3", "uvicorn", "uvloop", "watchdog",
    "watchfiles", "websockets", "werkzeug", "wheel", "whitenoise", "xlrd", "xlsxwriter", "xlwt", "zstandard",
})  # fmt: skip
"""Distributions that others load where they are installed: no import of the project's own says that they do."""
_YAML_READERS = frozenset({
    "django", "rest_framework", "drf_spectacular", "drf_yasg", "apispec", "flasgger", "connexion", "dynaconf",
    "uvicorn", "hydra", "omegaconf", "pydantic_settings", "anyconfig", "docker", "kubernetes", "ansible", "responses",
    "vcr",
})  # fmt: skip
"""Packages that read YAML with PyYAML where it is installed."""
_LOCKS = frozenset({"poetry.lock", "uv.lock", "pdm.lock", "Pipfile.lock", "pylock.toml", "conda-lock.yml"})


def import_names(name: str, imported: AbstractSet[str]) -> tuple[str, ...]:
    """Return what a distribution is imported as; nothing where that is not known, or where others may load it.

    Args:
        name: Normalized name of the distribution.
        imported: Top names of everything that the project imports.
    """
    loads_it = name == "pyyaml" and not _YAML_READERS.isdisjoint(imported)
    plugin = re.match(r"(?:pytest|django|flask|celery|types|sphinx|mypy|flake8|mkdocs)-", name)
    if name in _LOADED_BY_OTHERS or loads_it or plugin:
        return ()
    return _IMPORTS.get(name, (name.replace("-", "_"),))


def places(wanted: Mapping[str, Iterable[str]], texts: Mapping[str, str]) -> dict[str, frozenset[Place]]:
    """Return by normalized name where it or one of its import names is a word of a text; lock files do not count."""
    words: dict[str, set[str]] = {}
    for name, imports in wanted.items():
        parts = name.split("-")
        for word in (*(separator.join(parts) for separator in "-_."), *imports):
            words.setdefault(word.lower(), set()).add(name)
    found: dict[str, set[Place]] = {name: set() for name in wanted}
    if not words:
        return {}
    by_length = sorted(words, key=lambda word: (-len(word), word))
    pattern = re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, by_length))})(?![^\W_])", re.IGNORECASE)
    for path, text in texts.items():
        if PurePosixPath(path).name in _LOCKS:
            continue
        line = place = 0
        for match in pattern.finditer(text):
            line, place = line + text.count("\n", place, match.start()), match.start()
            for name in words[match[0].lower()]:
                found[name].add((path, line + 1))
    return {name: frozenset(rows) for name, rows in found.items()}
