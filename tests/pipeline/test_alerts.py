"""That collection stopped is told once, to who wants to know it, and again when it goes on."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from auditor.config import LoadedConfig, load
from auditor.ledger.store import Ledger
from auditor.pipeline import alerts, webhook
from auditor.pipeline.alerts import Condition, Notice, Standing, judge
from tests.ledger.samples import NOW, all_day, collection
from tests.webhooks import Webhook

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
STALE = Condition("nothing was watched", timedelta(hours=36), only_new=True)
SICK = Condition("refused")
WELL = Condition()


class Told:
    """Rounds of one source, as if its state were kept."""

    def __init__(self) -> None:
        self.known: Mapping[str, Standing] = {}

    def round(self, condition: Condition, at: datetime) -> list[tuple[str, str]]:
        self.known, notices = judge(self.known, {"source edge": condition}, at)
        return [(notice.state, notice.problem) for notice in notices]


@pytest.fixture
def told() -> Told:
    return Told()


def test_a_sick_source_is_told_once_and_its_recovery_too(told: Told) -> None:
    assert told.round(WELL, NOW) == []
    assert told.round(SICK, NOW + HOUR) == [("stopped", "refused")]
    assert told.round(SICK, NOW + 2 * HOUR) == []
    assert told.round(Condition("refused otherwise"), NOW + 30 * HOUR) == []
    assert told.round(WELL, NOW + 31 * HOUR) == [("recovered", "refused")]
    assert told.round(WELL, NOW + 40 * HOUR) == []
    assert told.round(SICK, NOW + 50 * HOUR) == [("stopped", "refused")]


def test_one_that_comes_and_goes_is_told_once_an_hour(told: Told) -> None:
    rounds = [(SICK if number % 2 else WELL, NOW + number * 10 * MINUTE) for number in range(1, 25)]
    said = [(at, notice) for condition, at in rounds for notice in told.round(condition, at)]
    assert [notice[0] for _, notice in said] == ["stopped", "recovered", "stopped", "recovered"]
    assert all(later - earlier >= HOUR for (earlier, _), (later, _) in pairwise(said))


def test_what_recovered_and_stopped_again_meanwhile_is_not_told_twice(told: Told) -> None:
    assert told.round(SICK, NOW) == [("stopped", "refused")]
    assert told.round(WELL, NOW + 15 * MINUTE) == []
    assert told.round(SICK, NOW + 30 * MINUTE) == []
    assert told.round(SICK, NOW + 2 * HOUR) == []


def test_one_that_was_never_well_may_take_its_time_to_begin(told: Told) -> None:
    assert told.round(STALE, NOW) == []
    assert told.round(STALE, NOW + 35 * HOUR) == []
    assert told.round(STALE, NOW + 36 * HOUR) == [("stopped", "nothing was watched")]


def test_one_that_was_well_and_fell_quiet_is_told_at_once(told: Told) -> None:
    assert told.round(WELL, NOW) == []
    assert told.round(STALE, NOW + HOUR) == [("stopped", "nothing was watched")]


def test_a_clock_that_is_put_back_silences_nobody(told: Told) -> None:
    assert told.round(SICK, NOW) == [("stopped", "refused")]
    assert told.round(WELL, NOW - 24 * HOUR) == [("recovered", "refused")]
    assert told.round(SICK, NOW - 22 * HOUR) == [("stopped", "refused")]


def test_lines_are_stable_and_short() -> None:
    stopped = Notice("source edge", "stopped", "no file", NOW, NOW)
    assert stopped.line == "alert: source edge: stopped: no file"
    recovered = msgspec.structs.replace(stopped, state="recovered", at=NOW + HOUR)
    assert recovered.line == "alert: source edge: recovered, after it stopped at 2026-11-21 12:00 UTC"


CONFIG = """
app = "shop"
[usage]
{webhook}
[[usage.sources]]
name = "edge"
kind = "file"
url = "file:///nowhere"
"""


@pytest.fixture
def hook() -> Iterator[Webhook]:
    listening = Webhook()
    yield listening
    listening.close()


def configured(root: Path, webhook: str = "") -> LoadedConfig:
    (root / "auditor.toml").write_text(CONFIG.format(webhook=f'alert_webhook = "{webhook}"' if webhook else ""))
    return load(root)


def collected(root: Path, at: datetime, problem: str | None = None, **more: object) -> None:
    with Ledger.open("sqlite:///.auditor/ledger.db", root) as ledger:
        ledger.record([collection("edge", problem=problem, watched=all_day(), **more)], now=at)


def tell(loaded: LoadedConfig, at: datetime, failure: str | None = None, **environment: str) -> alerts.Told:
    return alerts.tell(loaded, failure, now=at, environment=environment)


def test_the_webhook_is_told_what_a_chat_can_show(tmp_path: Path, hook: Webhook) -> None:
    loaded = configured(tmp_path, hook.address)
    collected(tmp_path, NOW, "no file <!channel> & @here")
    assert [notice.line for notice in tell(loaded, NOW).notices] == [
        "alert: source edge: stopped: no file <!channel> & @here"
    ]
    assert tell(loaded, NOW + 2 * HOUR) == alerts.Told()
    (message,) = hook.received
    assert message == {
        "format_version": 1,
        "text": "auditor: shop: source edge: stopped: no file &lt;!channel&gt; &amp; @\u200bhere",
        "app": "shop",
        "subject": "source edge",
        "state": "stopped",
        "problem": "no file <!channel> & @here",
        "since": "2026-11-21T12:00:00Z",
        "at": "2026-11-21T12:00:00Z",
    }
    assert hook.types == ["application/json"]
    collected(tmp_path, NOW + 3 * HOUR)
    assert [notice.state for notice in tell(loaded, NOW + 3 * HOUR).notices] == ["recovered"]
    assert [message["state"] for message in hook.received] == ["stopped", "recovered"]


def test_what_the_webhook_did_not_take_is_told_again_and_the_line_is_not(tmp_path: Path, hook: Webhook) -> None:
    loaded = configured(tmp_path, "env:HOOK")
    collected(tmp_path, NOW, "no file")
    unset = tell(loaded, NOW)
    assert [notice.state for notice in unset.notices] == ["stopped"]
    assert unset.warnings == (
        "usage.alert_webhook: the environment variable HOOK is not set; its value is the address that is told when "
        "collection stops",
    )
    hook.status = 500
    refused = tell(loaded, NOW + MINUTE, HOOK=hook.address)
    assert (refused.notices, "the webhook answered 500" in refused.warnings[0]) == ((), True)
    hook.status = 200
    assert tell(loaded, NOW + 2 * MINUTE, HOOK=hook.address) == alerts.Told()
    assert tell(loaded, NOW + 3 * MINUTE, HOOK=hook.address) == alerts.Told()
    assert [message["at"] for message in hook.received] == ["2026-11-21T12:00:00Z"] * 2


def test_a_webhook_that_fails_is_a_warning_without_its_address(hook: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    hook.status = 302
    assert webhook.post(hook.address, {}) == "the webhook answered 302"
    assert len(hook.received) == 1  # and no redirection is followed
    monkeypatch.setattr(webhook, "_ANSWER_SECONDS", 0.2)
    hook.hangs.set()
    assert webhook.post(hook.address, {}) == "the webhook did not answer in time"
    hook.close()
    for address in (
        hook.address, hook.address.replace("http:", "https:"), "http://[::1/SECRET", "http:///SECRET", "SECRET",
        "ftp://SECRET", "http://127.0.0.1:99999/SECRET", f"http://{'SECRET' * 20}.example/",
    ):  # fmt: skip
        failed = webhook.post(address, {})
        assert failed
        assert "SECRET" not in failed


def test_collection_stops_when_every_one_failed_for_long(tmp_path: Path) -> None:
    loaded = configured(tmp_path)
    collected(tmp_path, NOW)
    assert tell(loaded, NOW) == alerts.Told()
    (tmp_path / ".auditor" / "ledger.db").write_bytes(b"garbage" * 1000)
    failure = "ledger .auditor/ledger.db: the file is damaged"
    assert tell(loaded, NOW + HOUR, failure) == alerts.Told()
    assert tell(loaded, NOW + 36 * HOUR, failure) == alerts.Told()
    (notice,) = tell(loaded, NOW + 37 * HOUR, failure).notices
    assert notice.line == f"alert: collection: stopped: every collection failed for 36h or longer: {failure}"
    (tmp_path / ".auditor" / "ledger.db").unlink()
    collected(tmp_path, NOW + 39 * HOUR)
    assert [notice.line for notice in tell(loaded, NOW + 39 * HOUR).notices] == [
        "alert: collection: recovered, after it stopped at 2026-11-21 13:00 UTC"
    ]


def test_a_source_that_nobody_collects_any_more_is_told(tmp_path: Path) -> None:
    loaded = configured(tmp_path)
    collected(tmp_path, NOW)
    assert tell(loaded, NOW) == alerts.Told()
    (notice,) = tell(loaded, NOW + 48 * HOUR).notices
    assert (notice.subject, "not collected within 36 h" in notice.problem) == ("source edge", True)


def test_a_source_that_is_configured_no_more_is_forgotten(tmp_path: Path) -> None:
    loaded = configured(tmp_path)
    collected(tmp_path, NOW, "no file")
    assert len(tell(loaded, NOW).notices) == 1
    (tmp_path / "auditor.toml").write_text(CONFIG.format(webhook="").replace('"edge"', '"other"'))
    assert tell(load(tmp_path), NOW + 2 * HOUR) == alerts.Told()
    assert "edge" not in alerts.state_path(loaded).read_text()


def test_a_state_that_cannot_be_kept_or_read_costs_no_alert(tmp_path: Path) -> None:
    loaded = configured(tmp_path)
    collected(tmp_path, NOW, "no file")
    path = alerts.state_path(loaded)
    path.mkdir()
    for hours in (0, 2):
        told = tell(loaded, NOW + hours * HOUR)
        assert [notice.state for notice in told.notices] == ["stopped"]
        assert any("what was told cannot be kept" in warning for warning in told.warnings)
    path.rmdir()
    for content in (b"", b"{", b"\xff", json.dumps({"format_version": 9}).encode(), b"[]"):
        path.write_bytes(content)
        assert [notice.state for notice in tell(loaded, NOW).notices] == ["stopped"]


@pytest.mark.parametrize(
    ("ledger", "place"),
    [
        ("sqlite:///.auditor/ledger.db", ".auditor/ledger.db.alerts.json"),
        ("sqlite:////var/lib/shop.db?x=1", "/var/lib/shop.db.alerts.json"),
        ("postgresql+psycopg://u:secret@db/auditor", ".auditor/alerts.json"),
    ],
)
def test_what_was_told_lies_beside_the_ledger(tmp_path: Path, ledger: str, place: str) -> None:
    loaded = configured(tmp_path)
    config = msgspec.structs.replace(loaded.config, ledger=ledger)
    assert alerts.state_path(msgspec.structs.replace(loaded, config=config)) == tmp_path / place
