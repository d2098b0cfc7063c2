"""Evidence as a file: it answers as the ledger does, joins without counting twice, and is never believed half."""

import gzip
import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import hypothesis
import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import strategies as st
from sqlalchemy.pool import StaticPool

from auditor.errors import AuditorError, ConfigError, EvidenceError
from auditor.ledger import holdings, schema
from auditor.ledger.database import in_memory
from auditor.ledger.evidence import sealed
from auditor.ledger.evidence.reading import EvidenceFile
from auditor.ledger.store import Ledger
from auditor.model.usage import Collection, LedgerReading, SeenVersion, UsageTotal
from auditor.model.window import Window
from tests.ledger.samples import (
    NOW,
    TODAY,
    WINDOW,
    all_day,
    collection,
    daily,
    durations,
    measured,
    name,
    route,
    sample,
)

FIRST = WINDOW.dates()[0]
ON_EVERY_DATABASE = "sha256:2f172698876a869f1eade5735765dd93257ffd3d8234885e82ef0be3689eede9"
KEY = b"a key of both"


def opened(path: Path, key: bytes = b"", digest: str | None = None, app: str = "shop") -> EvidenceFile:
    return EvidenceFile(path, app=app, key=key, digest=digest)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("evidence")


def fresh(root: Path) -> Ledger:
    """An empty ledger of its own, without the cost of a file."""
    engine = sa.create_engine("sqlite://", poolclass=StaticPool)
    schema.metadata.create_all(engine)
    return Ledger(in_memory(engine, root), root=root)


def without_users(reading: LedgerReading) -> LedgerReading:
    """What a file does not hold, and no verdict asks for."""
    samples = tuple(msgspec.structs.replace(one, users=b"") for one in reading.samples)
    return msgspec.structs.replace(reading, samples=samples)


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


MEASURED = (
    collection(
        samples=(
            measured(origin="web-1"), measured(origin="web-2"), measured("GET /ñ/{id}", day=days_ago(3)),
            *daily("GET /daily", range(15), first=FIRST, origin="web-1"),
            sample("GET /probed", 4, by_status={"probe": 4}),
        ),
        watched=all_day(),
        watched_kinds={"task": all_day()},
        routes=(
            route(), route(handler="shop.users:old", last=NOW - timedelta(days=9)),
            route("GET /probed", "shop.x:y", shadowed=("shop.x:z",)),
        ),
        names=(name(), name("mail.other", "shop.tasks:other", last=NOW - timedelta(days=40))),
        versions=(SeenVersion("v1", NOW - timedelta(days=40), NOW - timedelta(days=20)), SeenVersion("v2", NOW, NOW)),
        lost=((days_ago(2), 7),),
        notes=("one note",),
        reads="digest",
    ),
    collection("edge", samples=(sample("GET /daily", 99, day=days_ago(1)),), watched=all_day()[:3]),
)  # fmt: skip
TOTALS = (
    collection(
        "stats",
        totals=(
            UsageTotal("GET /a", "endpoint", 20), UsageTotal("GET /b", "endpoint", 3, origin="other"),
            UsageTotal("GET /c", "endpoint", 9, 30, last_seen=NOW - timedelta(days=6)),
        ),
        only_for_use=True,
    ),
)  # fmt: skip
LEDGERS: dict[str, Sequence[tuple[int, Sequence[Collection]]]] = {
    "much": [(1, MEASURED)],
    "older days than the file": [(0, [collection(samples=(sample("GET /old", 2, day=days_ago(90)),))]), (0, MEASURED)],
    "since by minutes": [(0, [collection(watched=all_day((days_ago(60),)), samples=(sample(day=days_ago(50)),))])],
    "totals": [(40, TOTALS), (5, [msgspec.structs.replace(TOTALS[0], totals=(UsageTotal("GET /a", "endpoint", 26),))])],
    "a sick source": [(3, MEASURED), (0, [collection("redis", problem="Redis does not answer")])],
    "nothing but sick": [(0, [collection("redis", problem="Redis does not answer")])],
}


@pytest.mark.parametrize("told", LEDGERS.values(), ids=LEDGERS)
def test_a_file_answers_as_its_ledger_does(tmp_path: Path, told: Sequence[tuple[int, Sequence[Collection]]]) -> None:
    with fresh(tmp_path) as ledger:
        record(ledger, told)
        path = tmp_path / "evidence.gz"
        ledger.export(path, app="shop", first_day=FIRST, now=NOW, key=b"")
        with fresh(tmp_path) as other:
            assert other.adopt(opened(path)) > 0
            file = Ledger.of_evidence(opened(path), tmp_path)
            # The last one ends after the file was written: a change is judged later than that.
            for window in (WINDOW, Window.last_days(3, NOW), Window.last_days(14, NOW + timedelta(days=1))):
                expected = without_users(ledger.read(window))
                assert file.read(window) == expected
                assert other.read(window) == expected
                assert file.digest(window) == other.digest(window) == ledger.digest(window)
            recent = Ledger.of_evidence(opened(path), tmp_path, first_day=window.dates()[0])
            assert recent.read(window) == expected
            for answer in (file, other):
                assert answer.unused(14, now=NOW, min_watched=0.95) == ledger.unused(14, now=NOW, min_watched=0.95)
                assert answer.health(now=NOW, max_age=timedelta(hours=36)) == ledger.health(
                    now=NOW, max_age=timedelta(hours=36)
                )


def test_a_file_goes_from_any_database_to_any(ledger: Ledger, tmp_path: Path) -> None:
    record(ledger, [*LEDGERS["much"], *LEDGERS["totals"]])
    ledger.export(tmp_path / "evidence", app="shop", first_day=FIRST, now=NOW, key=b"")
    with fresh(tmp_path) as other:
        other.adopt(opened(tmp_path / "evidence"))
        assert other.read(WINDOW) == without_users(ledger.read(WINDOW))
        other.export(tmp_path / "again", app="shop", first_day=FIRST, now=NOW, key=b"")
    assert (tmp_path / "again").read_bytes() == (tmp_path / "evidence").read_bytes()
    assert ledger.adopt(opened(tmp_path / "again")) == 0


def record(ledger: Ledger, told: Sequence[tuple[int, Sequence[Collection]]]) -> None:
    for ago, collections in told:
        ledger.record(collections, now=NOW - timedelta(days=ago))


def test_the_same_ledger_is_the_same_bytes_and_nobody_stands_in_them(ledger: Ledger, tmp_path: Path) -> None:
    ledger.record(MEASURED, now=NOW)
    for path in (tmp_path / "one", tmp_path / "two"):
        seal = ledger.export(path, app="shop", first_day=FIRST, now=NOW, key=b"")
    content = (tmp_path / "one").read_bytes()
    assert content == (tmp_path / "two").read_bytes()
    assert seal.digest == f"sha256:{sha256(content[: content.rindex(b'{')]).hexdigest()}"
    assert seal.digest == ON_EVERY_DATABASE, "today and tomorrow"
    assert b"web-1" not in content, "which process counted is nobody's business"
    assert content.count(b"GET /daily") == 15, "a sum for each day and source"


def test_joining_again_an_older_one_or_ones_own_changes_nothing(ledger: Ledger, tmp_path: Path) -> None:
    ledger.record(MEASURED, now=NOW - timedelta(days=1))
    ledger.export(tmp_path / "older", app="shop", first_day=FIRST, now=NOW, key=b"")
    ledger.record([collection(samples=(measured(origin="web-3", count=50),), watched=all_day())], now=NOW)
    ledger.export(tmp_path / "newer", app="shop", first_day=FIRST, now=NOW, key=b"")
    before = ledger.read(WINDOW)
    for own in ("newer", "older", "newer"):
        assert ledger.adopt(opened(tmp_path / own)) == 0
    assert ledger.read(WINDOW) == before
    with fresh(tmp_path) as other:
        changed = [other.adopt(opened(tmp_path / one)) for one in ("older", "newer", "newer", "older")]
        assert (changed[1], changed[2:]) == (2, [0, 0]), "its count, and when the source was collected"
        assert other.read(WINDOW) == without_users(before)
        assert other.key_stats(WINDOW) == tuple(
            msgspec.structs.replace(one, users=None) for one in ledger.key_stats(WINDOW)
        )


@pytest.fixture(scope="module")
def grown(root: Path) -> dict[int, Path]:
    """Evidence of a production whose process `a` counted n uses, and `b` twice as many."""
    files = {}
    for n in range(1, 7):
        with fresh(root) as production:
            pair = (sample("GET /x", n, origin="a"), sample("GET /x", 2 * n, origin="b"))
            production.record([collection(samples=pair)], now=NOW)
            files[n] = root / f"grown-{n}"
            production.export(files[n], app="shop", first_day=FIRST, now=NOW, key=b"")
    return files


@hypothesis.settings(max_examples=12)
@hypothesis.given(
    st.lists(st.tuples(st.sampled_from(["own a", "own b", "import"]), st.integers(1, 6)), min_size=2, max_size=6)
)
def test_what_a_ledger_collects_itself_and_is_given_counts_once(
    root: Path, grown: dict[int, Path], acts: list[tuple[str, int]]
) -> None:
    """A production of two processes that grow; this ledger hears of it by itself, and by files of any age."""
    own = {"a": 0, "b": 0}
    least = 0
    with fresh(root) as ledger:
        for act, number in acts:
            if act == "import":
                ledger.adopt(opened(grown[number]))
                least = max(least, 3 * number)
            else:
                origin = act[-1]
                own[origin] = max(own[origin], number * (1 + (origin == "b")))
                ledger.record([collection(samples=(sample("GET /x", own[origin], origin=origin),))], now=NOW)
            least = max(least, sum(own.values()))
            (told,) = ledger.read(WINDOW).samples
            assert told.count == least
            assert [one.calls for one in ledger.key_stats(WINDOW)] == [least]


def test_minutes_are_those_of_what_was_read_last(ledger: Ledger, tmp_path: Path) -> None:
    there = collection(watched=all_day()[:4], samples=(sample(),), reads="staging")
    with fresh(tmp_path) as other:
        other.record([there], now=NOW - timedelta(days=1))
        other.export(tmp_path / "file", app="shop", first_day=FIRST, now=NOW, key=b"")
        ledger.record([collection(watched=all_day()[5:6], samples=(sample(),), reads="production")], now=NOW)
        ledger.adopt(opened(tmp_path / "file"))
        assert [day.day for day in ledger.read(WINDOW).watched["redis"]] == [WINDOW.dates()[5]]
        other.record([there], now=NOW + timedelta(hours=1))
        other.export(tmp_path / "file", app="shop", first_day=FIRST, now=NOW, key=b"")
        ledger.adopt(opened(tmp_path / "file"))
        assert [day.day for day in ledger.read(WINDOW).watched["redis"]] == list(WINDOW.dates()[:4])


def test_a_key_that_was_renamed_meanwhile_counts_once(ledger: Ledger, tmp_path: Path) -> None:
    with fresh(tmp_path) as other:
        for key in ("GET /u/{id}", "GET /u/{user}"):
            other.record([collection("edge", samples=(sample(key, 3, origin="log"),))], now=NOW)
            other.export(tmp_path / "file", app="shop", first_day=FIRST, now=NOW, key=b"")
            ledger.adopt(opened(tmp_path / "file"))
    assert [(one.key, one.count) for one in ledger.read(WINDOW).samples] == [("GET /u/{user}", 3)]


@pytest.fixture(scope="module")
def small(root: Path) -> Iterator[Ledger]:
    with fresh(root) as ledger:
        ledger.record([collection(samples=(measured(),), routes=(route(),), watched=all_day()[:1])], now=NOW)
        yield ledger


def written(ledger: Ledger, path: Path, key: bytes = b"") -> bytes:
    ledger.export(path, app="shop", first_day=FIRST, now=NOW, key=key)
    return path.read_bytes()


def rows_in(path: Path, key: bytes) -> list[tuple[object, object]]:
    return list(opened(path, key).rows())


def refused(path: Path, root: Path, **more: object) -> str:
    with pytest.raises(AuditorError) as caught:
        Ledger.of_evidence(opened(path, **more), root)  # type: ignore[arg-type]  # keywords of one test each
    text = str(caught.value)
    assert text.startswith(f"evidence {path}: ")
    assert "\n" not in text
    assert caught.value.exit_code in (2, 3)
    return text


@pytest.mark.parametrize("name", ["evidence", "evidence.gz"])
@pytest.mark.parametrize("key", [b"", KEY], ids=["unsigned", "signed"])
def test_a_flipped_bit_a_missing_end_or_more_than_that_is_never_used(
    small: Ledger, root: Path, name: str, key: bytes
) -> None:
    path = root / name
    content = written(small, path, key)
    whole = rows_in(path, key)
    assert len(whole) == 4
    chance = random.Random(8)
    for place in [*range(12), *chance.sample(range(12, len(content)), 120), *range(len(content) - 12, len(content))]:
        flipped = bytearray(content)
        flipped[place] ^= 1 << chance.randrange(8)
        path.write_bytes(flipped)
        try:
            told = rows_in(path, key)
        except EvidenceError as error:
            assert "\n" not in str(error)
        else:
            assert name.endswith(".gz"), place
            assert told == whole, "only what gzip says of itself, as a time"
    for end in (0, 1, 3, *chance.sample(range(4, len(content)), 30), len(content) - 1):
        path.write_bytes(content[:end])
        refused(path, root, key=key)
    for more in (b"\n", b" ", b"{}\n", content, b"\x00"):
        path.write_bytes(content + more)
        if not (name.endswith(".gz") and more == b"\x00"):  # gzip's padding
            refused(path, root, key=key)


def test_what_is_no_evidence_file_is_said_in_one_line(small: Ledger, root: Path) -> None:
    path = root / "file"
    content = written(small, path)
    head = content.split(b"\n")[0]
    for wrong, said in (
        (b"<html>not found</html>", "no end"),
        (b"<html>\nnot found</html>\n", "it is no evidence file"),
        (b'{"stats": {}}\n', "it is no evidence file"),
        (b"[]\n", "it is no evidence file"),
        (b'{"line":"evidence","x":' + b"[" * 900_000 + b"\n", "it is no evidence file"),
        (gzip.compress(b""), "its end is missing"),
        (gzip.compress(b"GIF89a\n"), "it is no evidence file"),
        (head.replace(b'"format_version":1', b'"format_version":2') + b"\n", "a newer auditor (format 2); upgrade"),
        (head.replace(b"2026-11-21T", b"yesterday") + b"\n", "its first line cannot be read"),
    ):
        path.write_bytes(wrong)
        assert said in refused(path, root)
    path.write_bytes(content)
    assert "evidence of app 'shop', and app = 'other'" in refused(path, root, app="other")
    assert "and sha256:00 is wanted" in refused(path, root, digest="sha256:00")
    assert "cannot be read: Is a directory" in refused(root, root)
    assert "No such file" in refused(root / "nothing", root)


def test_a_signature_says_who_wrote_it(small: Ledger, root: Path) -> None:
    path = root / "signed"
    written(small, path, KEY)
    assert Ledger.of_evidence(opened(path, KEY), root).read(WINDOW).samples
    assert Ledger.of_evidence(opened(path), root).read(WINDOW).samples, "who has no key reads the digest alone"
    assert "was not signed with the AUDITOR_EVIDENCE_KEY" in refused(path, root, key=b"another")
    written(small, path)
    assert "it is not signed" in refused(path, root, key=KEY)


def sealed_again(path: Path, content: bytes, old: bytes, new: bytes) -> None:
    """Edit a file as somebody would who knows how the seal is made."""
    assert old in content
    edited = content.replace(old, new)
    sealed.write(path, edited[: edited.rindex(b'{"line":"end"')].splitlines(), b"")


def test_a_file_that_was_sealed_by_a_stranger_breaks_nothing(small: Ledger, root: Path) -> None:
    path = root / "forged"
    content = written(small, path)
    for old, new in (
        (b'"GET /users/{id}",10,', b'"GET /users/{id}",99999999999999999999,'),
        (b'"GET /users/{id}",10,', b'"GET /users/{id}",-1,'),
        (b'"GET /users/{id}",10,', b'"GET /users/{id}","ten",'),
        (b'"endpoint","GET', b'"endpoints","GET'),
        (b"/////w==", b"") if b"/////w==" in content else (b'"2026-11-07","////', b'"2026-11-07","'),
        (b'"lost"', b'"other"'),
        (b'{"line":"table","name":"uses"', b'{"line":"tables","name":"uses"'),
        (b'"2026-11-21","redis"', b'"2026-11-99","redis"'),
        (b'"2026-11-21T12:00:00Z","2026', b'"2026-11-21T12:00:00","2026'),
        (b'"shop.users:get"', b'"' + b"x" * 3000 + b'"'),
    ):
        sealed_again(path, content, old, new)
        assert "not used: it is damaged or was edited" in refused(path, root)
    sealed_again(path, content, b'"shop.users:get"', b'"shop\\u0000users:get"')
    (told,) = Ledger.of_evidence(opened(path), root).read(WINDOW).routes
    assert told.handler.handler == "shop\\x00users:get", "what PostgreSQL cannot hold is written otherwise"


def test_a_bomb_is_not_unpacked(small: Ledger, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = root / "bomb.gz"
    row = written(small, root / "file").splitlines()
    with gzip.open(path, "wb") as file:
        file.write(b" " * 3 * 2**20)
    assert "a line has no end" in refused(path, root)
    monkeypatch.setattr(sealed, "LARGEST_CONTENT", 10_000)
    with gzip.open(path, "wb") as file:
        file.write(row[0] + b"\n" + row[1] + b"\n" + (row[2] + b"\n") * 10_000)
    assert "it holds more than" in refused(path, root)
    monkeypatch.setattr(sealed, "LARGEST_FILE", 100)
    assert "it is larger than" in refused(path, root)


def test_what_fails_leaves_nothing_behind(ledger: Ledger, small: Ledger, root: Path, tmp_path: Path) -> None:
    path = tmp_path / "evidence.gz"
    content = written(small, path)
    with pytest.raises(EvidenceError, match="nothing was ever collected"):
        ledger.export(path, app="shop", first_day=FIRST, now=NOW, key=b"")
    assert path.read_bytes() == content
    ledger.record(MEASURED, now=NOW)
    with ledger._database.reading() as connection:
        before = holdings.measured(connection)
    plain = written(small, tmp_path / "plain")
    (tmp_path / "plain").write_bytes(plain[:-30] + b"0" * 26 + plain[-4:])
    with pytest.raises(EvidenceError):
        ledger.adopt(opened(tmp_path / "plain"))
    with ledger._database.reading() as connection:
        assert holdings.measured(connection) == before
    (tmp_path / "directory").mkdir()
    with pytest.raises(ConfigError, match="cannot be written"):
        ledger.export(tmp_path / "directory", app="shop", first_day=FIRST, now=NOW, key=b"")
    assert sorted(one.name for one in tmp_path.iterdir() if one.name.startswith(".")) in ([".auditor"], [])


def test_durations_are_given_whole(small: Ledger, root: Path) -> None:
    written(small, root / "file")
    (told,) = Ledger.of_evidence(opened(root / "file"), root).key_stats(WINDOW)
    assert (told.duration_ms, told.calls, told.cost) == (small.key_stats(WINDOW)[0].duration_ms, 10, 2.5)
    assert durations(5, 7, 900).count == 3
