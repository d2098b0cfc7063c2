"""Words from outside: names that may be kept, codes of errors, outcomes."""

import pytest

from auditor.usage.events.names import OTHER, error_code, refusal
from auditor.usage.events.outcomes import outcome


@pytest.mark.parametrize(
    "name", ["InvoiceExport", "shop.tasks.remind", "export v2", "fähre-suche", "report-20261121", "GET /users/{id}"]
)
def test_names_are_kept(name: str) -> None:
    assert refusal(name) is None


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("a@b", "personal"), ("user 123456789", "personal"), ("deadbeefdeadbeef00112233", "personal"),
        ("agent/3F2B8C1E-0A4D-4B52-9A53-6F0D2F1C7A11", "personal"), ("cjld2cjxh0000qzrmn831i7rn", "personal"),
        ("", "unfit"), ("  ", "unfit"), ("x" * 201, "unfit"), ("a\nb", "unfit"), (7, "unfit"), (None, "unfit"),
    ],
)  # fmt: skip
def test_other_names_are_refused(name: object, why: str) -> None:
    assert refusal(name) == why


@pytest.mark.parametrize(
    ("code", "error", "kept"),
    [
        (503, None, "503"), ("404", None, "404"), (None, "429", "429"), ("rate_limited", None, "rate_limited"),
        ("upstream.timeout", "text", "upstream.timeout"), (None, "ECONNRESET", "ECONNRESET"),
        (None, "KeyError: 'anna'", "KeyError"),
        (None, "requests.exceptions.ReadTimeout", "requests.exceptions.ReadTimeout"),
        (None, {"type": "RateLimited", "message": "anna"}, "RateLimited"),
        (None, "anna", OTHER), (None, "anna-lena", OTHER), (None, "Anna failed", OTHER), ("anna", None, OTHER),
        ("a@b.org", "a@b.org", OTHER), (None, None, OTHER), ("X" * 61, None, OTHER), (True, True, OTHER),
        (None, {"message": "no such user anna"}, OTHER), ("E_4111111111111111", None, OTHER),
        ([1], {"code": {}}, OTHER),
    ],
)  # fmt: skip
def test_of_errors_only_codes_are_kept(code: object, error: object, kept: str) -> None:
    assert error_code(code, error) == kept


@pytest.mark.parametrize(
    ("value", "error", "meant"),
    [
        ("success", None, "succeeded"), ("OK", None, "succeeded"), (True, None, "succeeded"), (204, None, "succeeded"),
        ("Failed", None, "failed"), ("error", None, "failed"), (False, None, "failed"), (500, None, "failed"),
        ("TIMED_OUT", None, "timed_out"), ("timeout", None, "timed_out"), (504, None, "timed_out"),
        ("cancelled", None, "cancelled"), ("in-progress", None, "begun"), ("purple", "x", "unknown"),
        (None, "ECONNRESET", "failed"), (None, None, None), (None, "", None), (7, None, "unknown"),
    ],
)  # fmt: skip
def test_outcomes(value: object, error: object, meant: str | None) -> None:
    assert outcome(value, error) == meant
