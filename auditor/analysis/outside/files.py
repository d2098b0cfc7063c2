"""Which files that are not read as Python can name the project's code, and which never do.

In: a path relative to the audited root, with `/`. Out: whether it is read, and as what. Never opens a file.

Left out are files that machines write or that hold words rather than names: lock files, translations, recorded
traffic. Settings of checkers say what is looked at, not what runs, so only the plugins they load are read.
"""

import re
from typing import Literal

MAX_BYTES = 256 * 1024
"""Larger files are data, not configuration: they are not read."""
MAX_FILES = 5000

_SUFFIXES = (
    ".yaml", ".yml", ".toml", ".json", ".jsonc", ".json5", ".ini", ".cfg", ".conf", ".env", ".service", ".timer",
    ".cron", ".sh", ".bash", ".zsh", ".fish", ".ps1", ".bat", ".cmd", ".mk", ".properties", ".tf", ".hcl", ".nomad",
    ".jsonnet", ".plist", ".desktop", ".bzl", ".spec", ".zcml", ".pth",
)  # fmt: skip
_NAMES = re.compile(
    r"(?:^|/)(?:Procfile[\w.-]*|(?:[\w-]+\.)?(?:Docker|Container)file[\w.-]*|(?:GNU)?[Mm]akefile[\w.-]*|[Jj]ustfile|"
    r"\.justfile|Taskfile|crontab[\w.-]*|Jenkinsfile[\w.-]*|Earthfile|Tiltfile|Vagrantfile|Snakefile|BUILD|"
    r"\.env[\w.-]*|\.flaskenv|\.envrc|\.pylintrc|pylintrc|\.coveragerc|\.flake8)$"
)
_PYTHON = re.compile(r"(?:\.(?:wsgi|pyw|pyx|pxd|pxi)|(?:^|/)(?:SConstruct|SConscript))$")
_COMMAND_FOLDERS = re.compile(
    r"(?:^|/)(?:bin|scripts?|docker|deploy|debian|hooks|\.husky|\.githooks|cron[\w.]*)/[^./]+$"
)
_SKIPPED = re.compile(
    r"(?:^|/)(?:node_modules|site-packages|locales?|i18n|translations?|langs?|cassettes|__?snapshots?_*|\.git|\.venv|"
    r"vendor|bower_components|\.auditor)/|"
    r"(?:^|/)(?:[\w.-]*lock\.(?:json|ya?ml)|[\w.-]+\.lock|auditor\.toml|auditor-baseline\.json|"
    r"codecov\.ya?ml|\.codecov\.ya?ml|"
    r"dependabot\.ya?ml|renovate\.json5?|labeler\.ya?ml|tsconfig[\w.-]*\.json|sonar-project\.properties|"
    r"pyrightconfig\.json|[\w.-]+\.min\.json|CODEOWNERS)$"
)
_CHECKER_FILE = re.compile(
    r"(?:^|/)(?:\.?mypy\.ini|\.?ruff\.toml|\.?pylintrc(?:\.toml)?|\.flake8|\.coveragerc|\.isort\.cfg|\.importlinter|"
    r"\.bandit|\.pre-commit-config\.yaml|\.vulture\w*|tach\.toml)$"
)
_TESTS = re.compile(r"(?:^|/)tests?/")
_ASIDE = re.compile(r"(?:^|/)(?:tests?|docs?(?:_src)?|examples?|samples?|benchmarks?|t|tutorials?)/")

FileKind = Literal["text", "shell", "json", "docs", "python", ""]


def kind_of(path: str) -> FileKind:
    """Return how a file's text is read; `""` where it is not."""
    if _SKIPPED.search(path):
        return ""
    if path.endswith((".rst", ".md", ".mdx")):
        return "docs"
    if _PYTHON.search(path):
        return "python"
    if path.endswith((".json", ".jsonc", ".json5")):
        return "json"
    if path.endswith(_SUFFIXES):
        return "shell" if path.endswith((".sh", ".bash", ".zsh", ".fish", ".ps1", ".bat", ".cmd", ".mk")) else "text"
    if _NAMES.search(path) or _COMMAND_FOLDERS.search(path):
        return "shell"
    return ""


def is_checkers(path: str) -> bool:
    """Return whether a file as a whole tells a checker what to look at."""
    return _CHECKER_FILE.search(path) is not None


def is_aside(path: str) -> bool:
    """Return whether a file lies among tests, documentation or examples: it says nothing of what is deployed."""
    return _ASIDE.search(path) is not None


def is_test(path: str) -> bool:
    """Return whether a file lies among tests."""
    return _TESTS.search(path) is not None
