"""One realistic value of everything the renderers take, hostile names included; read from nowhere."""

from datetime import UTC, date, datetime, timedelta

import msgspec

from auditor.model.answers import (
    LedgerHealth,
    SourceStatus,
    StatsRow,
    UndecidedName,
    UndecidedRoute,
    UnusedName,
    UnusedRoute,
    UnusedRoutes,
    UsageStats,
)
from auditor.model.code import Problem
from auditor.model.daily_use import DailyUse, KeyCalls
from auditor.model.gate import Breach, GateResult, Override, Passed, concluded
from auditor.model.graph import Route
from auditor.model.monitoring import NewKeys
from auditor.model.plan import (
    AreaRow,
    Batch,
    BatchTags,
    Deployment,
    DormantEntry,
    EvidenceSnapshot,
    PastBatch,
    Plan,
    PlanFinding,
    PlanWindow,
    SharedCode,
    SourceRow,
    Step,
    TableRemoval,
    Unattributed,
    Voided,
    WatchedRow,
)
from auditor.model.report import ChainStep, Explanation, HeldCandidate, Island, ScanFinding, ScanResult, Tool
from auditor.model.repository import RepositoryWeb
from auditor.model.retirement import DataStep, DataSteps
from auditor.model.usage import RegisteredHandler
from auditor.model.verdict import Evidence, HeldBack, Verdict

SCRIPT = "<script>alert(1)</script>"
COLOUR = "\x1b[31mred\x1b[0m"
LINK = "](javascript:alert(1))"
COMMAND = "x\n::error::forged"
FLIPPED = "\u202egnp.exe"
LONG = "shop.integrations.marketplaces.legacy_feed_synchronisation." + "deeply_nested_package." * 4 + "adapter"
LONG_PATH = LONG.replace(".", "/") + ".py"
HOSTILE = (SCRIPT, COLOUR, LINK, COMMAND, FLIPPED)

END = datetime(2026, 11, 21, 8, 15, tzinfo=UTC)
START = END - timedelta(days=14)
DAYS = tuple(date(2026, 11, 7) + timedelta(days=n) for n in range(15))
UNREFERENCED = Evidence(
    "static",
    "dead",
    "no production entry point and no test reaches it; only unreached code refers to it: `shop.old:run`",
)
WATCHED = "14 days, 20,001 of 20,160 minutes watched (99.2 %)"
QUIET = Evidence("runtime_zero", "dead", f"no call of it was seen in {WATCHED}")
VULTURE = Evidence("opinion", "dead", "vulture finds no use of its name either (60 %).")


OWNERS = {"shop/text.py": ("@acme/shop", "text@acme.example"), "shop/exports.py": (f"@{SCRIPT}`{LINK}{COLOUR}",)}


def _watched() -> tuple[WatchedRow, ...]:
    redis = [945, *[1440] * 8, 1281, *[1440] * 4, 495]
    edge = [0, 0, 1440, 1440, 1440, 602, 1440, 1440, 1440, 1440, 1440, 1440, 1440, 1440, 488]
    return tuple(WatchedRow("redis", d, m) for d, m in zip(DAYS, redis, strict=True)) + tuple(
        WatchedRow("edge", d, m) for d, m in zip(DAYS, edge, strict=True)
    )


def finding(
    id: str,
    path: str,
    lines: tuple[int, int],
    verdict: Verdict = Verdict.DEAD,
    *,
    kind: str = "function",
    batch: int | None = None,
    held: tuple[HeldBack, ...] = (),
    evidence: tuple[Evidence, ...] = (UNREFERENCED, QUIET),
    inside: str | None = None,
) -> PlanFinding:
    owners = OWNERS.get(path, ("@acme/shop",) if path.startswith("shop/services/") else ())
    return PlanFinding(id, kind, path, lines[0], lines[1], verdict, held, batch, evidence, inside, owners)


def _batch(number: int, risk: str, lines: int, steps: tuple[Step, ...], depends_on: tuple[int, ...] = ()) -> Batch:
    tag = f"auditor/2026-11-21-3f9c/b{number:02}"
    return Batch(
        number, tuple(sorted({s.path for s in steps})), risk, lines, BatchTags(f"{tag}/before", f"{tag}/verified"),
        steps, ("python -c 'import shop.main'", "pytest -q"), f"auditor rollback {number}", depends_on,
    )  # fmt: skip


BATCHES = (
    _batch(1, "low", 171, (
        Step("shop/legacy/__init__.py", "edit", ("shop.legacy:pricing",), {"shop.legacy:pricing": "5e1c"}),
        Step("shop/legacy/pricing.py", "delete_file",
             ("shop.legacy.pricing:", "shop.legacy.pricing:old_discount", "shop.legacy.pricing:Rounding",
              "shop.legacy.pricing:Rounding.half_up"),
             {"shop.legacy.pricing:": "9af0", "shop.legacy.pricing:old_discount": "77b2"}),
        Step("tests/test_legacy_pricing.py", "delete_file", ("tests.test_legacy_pricing:",), {}),
    )),
    _batch(2, "medium", 38, (
        Step("shop/services/orders.py", "edit",
             ("shop.services.orders:recalculate_totals", "shop.services.orders:Decimal"),
             {"shop.services.orders:recalculate_totals": "01dd"}),
        Step("shop/text.py", "edit", ("shop.text:slugify_for_tests",), {"shop.text:slugify_for_tests": "aa41"}),
    )),
    _batch(3, "high", 212, (
        Step(LONG_PATH, "delete_file", (f"{LONG}:",), {}),
        Step(f"shop/{SCRIPT}.py", "delete_file", (f"shop.{SCRIPT}:",), {}),
        Step(f"shop/{LINK}.py", "edit", (f"shop.x:{COLOUR}", "shop.x:a|b`c`*d*_e_"), {}),
    ), (1, 2)),
)  # fmt: skip

CONTRADICTIONS = (
    finding(
        "shop.exports:run_nightly", "shop/exports.py", (18, 44), Verdict.CONTRADICTED,
        evidence=(
            Evidence("observed_use", "alive", "4,212 calls in 14 days, last on 2026-11-20 23:58 UTC.",
                     "shop/exports.py", 18),
            Evidence("call_site", "alive", "Called through getattr with a name read from the database.",
                     "shop/dispatch.py", 31),
            UNREFERENCED,
        ),
    ),
    finding(f"shop.plugins:{SCRIPT}", f"shop/{COMMAND}.py", (1, 3), Verdict.CONTRADICTED,
            evidence=(Evidence("observed_use", "alive", f"1 call, user agent {COLOUR} {LINK}."),)),
)  # fmt: skip

PLANNED = (
    finding("shop.legacy.pricing:", "shop/legacy/pricing.py", (1, 133), kind="module", batch=1,
            evidence=(UNREFERENCED, QUIET, VULTURE)),
    finding("shop.legacy.pricing:old_discount", "shop/legacy/pricing.py", (9, 41), batch=1,
            inside="shop.legacy.pricing:"),
    finding("shop.legacy.pricing:Rounding", "shop/legacy/pricing.py", (44, 133), kind="class", batch=1,
            inside="shop.legacy.pricing:"),
    finding("shop.legacy.pricing:Rounding.half_up", "shop/legacy/pricing.py", (60, 71), kind="method", batch=1,
            inside="shop.legacy.pricing:"),
    finding("tests.test_legacy_pricing:", "tests/test_legacy_pricing.py", (1, 37), Verdict.TEST_ONLY, kind="module",
            batch=1, evidence=(Evidence("tests_only", "dead", "It tests only what this plan removes."), QUIET)),
    finding("shop.services.orders:recalculate_totals", "shop/services/orders.py", (210, 229), batch=2,
            evidence=(UNREFERENCED, QUIET, VULTURE,
                      Evidence("siblings", "dead", "Other functions of its module were called 2,104,337 times.",
                               "shop/services/orders.py", 12))),
    finding("shop.text:slugify_for_tests", "shop/text.py", (77, 93), Verdict.TEST_ONLY, batch=2,
            evidence=(Evidence("tests_only", "dead", "Reached from 3 tests only.", "tests/test_text.py", 14), QUIET)),
    finding(f"{LONG}:", LONG_PATH, (1, 180), kind="module", batch=3),
    finding(f"shop.{SCRIPT}:", f"shop/{SCRIPT}.py", (1, 20), kind="module", batch=3,
            evidence=(Evidence("unreached", "dead", f"Nothing reaches {' '.join(HOSTILE)}."),)),
    finding(f"shop.x:{COLOUR}", f"shop/{LINK}.py", (2, 4), batch=3),
    finding("shop.x:a|b`c`*d*_e_", f"shop/{LINK}.py", (6, 9), batch=3),
)  # fmt: skip

HELD = (
    finding("shop.reports:monthly_statement", "shop/reports.py", (12, 61), held=(
        HeldBack("period_longer_than_window", "Scheduled every 31 days; the window is 14 days long. "
                 "A window of 31 days or more releases it."),)),
    finding("shop.reports:monthly_footer", "shop/reports.py", (64, 70), held=(
        HeldBack("period_longer_than_window", "Only shop.reports:monthly_statement uses it, run every 31 days."),)),
    finding("shop.handlers:handle_refund_v1", "shop/handlers.py", (88, 120), held=(
        HeldBack("dynamic_access", "getattr(handlers, f'handle_{kind}') in shop/dispatch.py:9 could name it."),)),
    finding("shop.services.stock:reserve_batch", "shop/services/stock.py", (40, 66), held=(
        HeldBack("changed_in_window", "Changed on 2026-11-12 (3c4d5e6). Enough is watched on 2026-11-26."),)),
    finding("shop.client:LegacyClient", "shop/client.py", (1, 90), kind="class", held=(
        HeldBack("public_api", "Named in shop.__all__."),
        HeldBack("keep_list", f"Kept by team-billing until 2027-06-30: {SCRIPT}."),)),
    finding("shop.text:transliterate", "shop/text.py", (101, 140), Verdict.TEST_ONLY, held=(
        HeldBack("still_referenced", "shop/admin.py:7 imports it."),)),
)  # fmt: skip

IN_USE = (
    finding("shop.api.orders:get_order", "shop/api/orders.py", (14, 22), Verdict.LIVE, evidence=(
        Evidence("runtime_use", "alive", "production called it 2,104,337 times in the window as `GET /orders/{id}`"),)),
)  # fmt: skip

_COUPONS = Evidence("dormant", "dead", f"it is reached only from `POST /coupons/{{code}}`: 0 calls in {WATCHED}")
_GIFTS = Evidence("dormant", "dead", f"it runs only for `GET /gifts`: 0 calls in {WATCHED}", "shop/api/gifts.py", 9)
_BOTH = Evidence(
    "dormant", "dead", f"it is reached only from `GET /gifts`, `POST /coupons/{{code}}`: 0 calls in {WATCHED}"
)
DORMANT = (
    finding("shop.api.coupons:redeem", "shop/api/coupons.py", (22, 35), Verdict.DORMANT, evidence=(_COUPONS,)),
    finding("shop.services.coupons:", "shop/services/coupons.py", (1, 120), Verdict.DORMANT, kind="module",
            evidence=(_COUPONS,)),
    finding("shop.services.coupons:validate", "shop/services/coupons.py", (10, 44), Verdict.DORMANT,
            evidence=(_COUPONS,), inside="shop.services.coupons:"),
    finding("shop.api.gifts:listing", "shop/api/gifts.py", (9, 20), Verdict.DORMANT, evidence=(_GIFTS,)),
    finding("shop.services.vouchers:of_customer", "shop/services/vouchers.py", (5, 31), Verdict.DORMANT,
            evidence=(_BOTH,)),
)  # fmt: skip

UNDECIDED = (
    finding("shop.workers:reindex", "shop/workers.py", (14, 51), Verdict.UNDECIDED, held=(
        HeldBack("insufficient_evidence", "Tasks are not tracked: mount auditor.tracking.celery."),),
        evidence=(Evidence("not_measured", "alive", "No source measures tasks."),)),
    finding("shop.workers:reindex_one", "shop/workers.py", (54, 80), Verdict.UNDECIDED, held=(
        HeldBack("insufficient_evidence", "Tasks are not tracked: mount auditor.tracking.celery."),),
        evidence=(Evidence("not_measured", "alive", "No source measures tasks."),)),
)  # fmt: skip


def _past(number: int) -> Batch:
    return msgspec.structs.replace(BATCHES[0], number=number, rollback=f"auditor rollback {number}")


_FLAT = (0,) * 21
DAILY_USE = DailyUse(
    first_day=DAYS[0] - timedelta(days=6),
    window_from=6,
    watched={"endpoint": (*[1440] * 6, 945, *[1440] * 4, 0, *[1440] * 3, 600, *[1440] * 4, 495)},
    possible=(*[1440] * 20, 495),
    keys=(
        KeyCalls("endpoint", "POST /coupons/{code}", 3, {"2xx": (3, *_FLAT[1:])}),
        KeyCalls("endpoint", f"GET /{SCRIPT}|`{LINK}{COLOUR}", 0),
        KeyCalls("endpoint", "GET /orders/{id}", 2_104_550, {
            "2xx": (*[100_000] * 20, 104_337), "3xx": (200, *_FLAT[1:]), "4xx": (*_FLAT[1:], 12),
            "5xx": (*_FLAT[2:], 1, 0),
        }),
        KeyCalls("task", SCRIPT, 7, {"err": (*_FLAT[1:], 3), "other": (*_FLAT[1:], 4)}),
    ),
    left_out=4,
    first_used=tuple(NewKeys(day, {0: 3, 4: 2}.get(n, 0)) for n, day in enumerate(DAYS)),
    only_before=1,
)  # fmt: skip

PLAN = Plan(
    plan_id="2026-11-21-3f9c",
    base_commit="3f9c1e2a7b40d8c95e61f0a2b3c4d5e6f7a8b9c0",
    window=PlanWindow(START, END, 14),
    evidence=EvidenceSnapshot(
        digest="sha256:8d1f0c5be2a94c7fb60d3a1e5f7782914cbd0e6aa2f5c3b1d4e8f7a6b5c4d3e2",
        watched=_watched(),
        sources=(
            SourceRow("redis", True),
            SourceRow("edge", True),
            SourceRow("cron-host", False, "logs/cron.log: no lines since 2026-11-09 04:12 UTC"),
        ),
        endpoints_observed=41,
        watched_share=0.9921,
    ),
    counts={"LIVE": 1204, "DORMANT": 5, "DEAD": 14, "TEST_ONLY": 3, "CONTRADICTED": 2, "UNDECIDED": 2},
    batches=BATCHES,
    findings=PLANNED + HELD + DORMANT + UNDECIDED + IN_USE + CONTRADICTIONS,
    contradictions=CONTRADICTIONS,
    unattributed=(
        Unattributed("GET /wp-login.php", 311),
        Unattributed(f"GET /{SCRIPT}|`{LINK}", 3),
        Unattributed("(unmatched)", 12044),
    ),
    revision=3,
    past=(
        PastBatch(_past(4), "applied", "4d5e6f7a8b9c0d1e2f3a4b5c6d7e8f9a0b1c2d3e"),
        PastBatch(_past(5), "rolled_back", "5e6f7a8b9c0d1e2f3a4b5c6d7e8f9a0b1c2d3e4f", "6f7a8b9c"),
    ),
    voided=(
        Voided(6, f"The code of `shop.x:{SCRIPT}` changed.", 3, (2, 3)),
        Voided(7, "It touches 5 files, and a batch may touch 4 now.", 2),
    ),
    included=("route:GET /gifts",),
    daily_use=DAILY_USE,
    repository=RepositoryWeb("github", "https://github.com/acme/shop"),
    dormant=(
        DormantEntry(
            ("POST /coupons/{code}", f"POST /{SCRIPT}|`{LINK}"),
            "route",
            "shop.api.coupons:redeem",
            "shop/api/coupons.py",
            22,
            ("shop.api.coupons:redeem", "shop.services.coupons:"),
            (SharedCode("shop.services.vouchers:of_customer", ("GET /gifts",)),),
            2,
            134,
        ),
        DormantEntry(
            ("GET /gifts",),
            "route",
            "shop.api.gifts:listing",
            "shop/api/gifts.py",
            9,
            ("shop.api.gifts:listing",),
            (),
            1,
            12,
            (3,),
        ),
        DormantEntry(
            (),
            "task",
            "shop.tasks:nightly",
            "shop/tasks.py",
            3,
            ("shop.tasks:nightly",),
            (),
            1,
            5,
            (),
            "Its code changed since the window began (2026-11-07).",
        ),
    ),
    timeline=(
        Deployment(date(2026, 11, 23), (1, 2)),
        Deployment(date(2026, 11, 30), (3,)),
        Deployment(date(2026, 12, 21)),
    ),
    impact=(AreaRow("services", 2, 2, 12, 371), AreaRow("tests", 1, 0, 1, 37), AreaRow("schema|`", 0, 1, 1, 13)),
    data_steps=(
        TableRemoval(
            "shop.legacy.pricing:OldPrice",
            "shop/legacy/pricing.py",
            12,
            1,
            DataSteps(
                f"old|prices_{COLOUR}",
                (DataStep("Back it up", "bash", 'pg_dump --table=\'"old_prices"\' "$DATABASE_URL"'),),
                (DataStep("Write the migration", "bash", "python manage.py makemigrations\n```\n</code>"),),
                (DataStep("Drop the table", "sql", 'DROP TABLE "old_prices";', irreversible=True),),
                (DataStep("Structure and rows from the file", "bash", "pg_restore old_prices.dump"),),
                ("`order_lines.price_id` points to it",),
            ),
        ),
    ),
)

REFUSED = Plan(
    plan_id="2026-11-21-77aa",
    base_commit=PLAN.base_commit,
    window=PLAN.window,
    evidence=EvidenceSnapshot(
        digest="sha256:" + "0" * 64,
        watched=tuple(WatchedRow("redis", d, 480) for d in DAYS[5:9]),
        sources=(SourceRow("redis", False, "connection refused by redis://cache:6379; start it, or mend the url"),),
        endpoints_observed=7,
        watched_share=0.0952,
    ),
    counts={"LIVE": 1204, "DORMANT": 0, "DEAD": 0, "TEST_ONLY": 0, "CONTRADICTED": 0, "UNDECIDED": 24},
    batches=(),
    findings=UNDECIDED,
    refusal="Only 9.5 % of the window's minutes were watched; 95 % are needed. "
    "The tracker has to run until 2026-12-04.",
)

SOURCES = {
    "shop.legacy.pricing:old_discount": "def old_discount(price: int) -> int:\n    return 1  # </pre>" + SCRIPT,
    "shop.services.orders:recalculate_totals": 'def recalculate_totals():\n    """Sum\x1b[31m up."""\n    return 0\n',
    "shop.exports:run_nightly": "def run_nightly() -> None:\n    ...\n",
}


def _scanned(
    id: str, path: str, lines: tuple[int, int], kind: str, rule: str, *, agreed: bool = False,
    evidence: tuple[Evidence, ...] = (UNREFERENCED,), inside: str | None = None,
) -> ScanFinding:  # fmt: skip
    status = {"AUD001": "unreached", "AUD002": "unreached", "AUD003": "test_only"}.get(rule, "local")
    return ScanFinding(id, kind, "python", path, lines[0], lines[1], lines[1] - lines[0] + 1, status, rule,
                       ("vulture",) if agreed else (), evidence, inside)  # fmt: skip


SCAN = ScanResult(
    repository=PLAN.repository,
    tool=Tool("auditor", "9.9.9"),
    root="/home/dev/shop",
    commit=PLAN.base_commit,
    files=412,
    lines=61203,
    definitions=5120,
    routes=88,
    findings=(
        _scanned("shop.handlers:handle_refund_v1", "shop/handlers.py", (88, 120), "function", "AUD001", evidence=(
            UNREFERENCED,
            Evidence("dynamic_access", "alive", "getattr(handlers, f'handle_{kind}') could name it.",
                     "shop/dispatch.py", 9))),
        _scanned("shop.legacy.pricing:", "shop/legacy/pricing.py", (1, 133), "module", "AUD002", agreed=True),
        _scanned("shop.legacy.pricing:old_discount", "shop/legacy/pricing.py", (9, 41), "function", "AUD001",
                 agreed=True, inside="shop.legacy.pricing:"),
        _scanned("shop.legacy.pricing:Rounding", "shop/legacy/pricing.py", (44, 133), "class", "AUD001",
                 inside="shop.legacy.pricing:"),
        _scanned("shop.main:json", "shop/main.py", (3, 3), "import", "AUD010", agreed=True,
                 evidence=(Evidence("unused_import", "dead", "json is imported and not used in this file."),)),
        _scanned("shop.text:slugify_for_tests", "shop/text.py", (77, 93), "function", "AUD003",
                 evidence=(Evidence("tests_only", "dead", "Reached from 3 tests only.", "tests/test_text.py", 14),)),
        _scanned(f"{LONG}:a_function_with_a_name_that_goes_on_and_on_for_more_than_eighty_columns_on_its_own",
                 LONG_PATH, (1204, 1399), "function", "AUD001", agreed=True),
        _scanned(f"shop.x:{SCRIPT}", f"shop/{SCRIPT}.py", (1, 2), "function", "AUD001",
                 evidence=(Evidence("unreached", "dead", f"Nothing reaches {COLOUR} {LINK} {COMMAND} {FLIPPED}."),)),
        _scanned("shop.x:" + COMMAND, f"shop/{COMMAND}.py", (5, 6), "variable", "AUD011"),
        _scanned("shop.x:" + COLOUR, f"shop/{COLOUR},a:b%.py", (7, 8), "function", "AUD001"),
        _scanned("shop.x:a|b`c`*d*_e_", f"shop/{LINK}.py", (6, 9), "function", "AUD001"),
        _scanned("shop.x:結果を計算する", "shop/結果.py", (1, 4), "function", "AUD001"),
    ),
    islands=(
        Island("shop.legacy.pricing:", ("shop.legacy.pricing:", "shop.handlers:handle_refund_v1"),
               ("shop.handlers:handle_refund_v1",), ("shop/legacy/pricing.py", "shop/handlers.py"), 166, "unreached",
               "nothing refers to `shop.handlers:handle_refund_v1`; the other hangs on that"),
        Island("shop.text:slugify_for_tests", ("shop.text:slugify_for_tests",), ("shop.text:slugify_for_tests",),
               ("shop/text.py",), 17, "test_only", "only tests refer to `shop.text:slugify_for_tests`",
               ("tests.test_text:test_slug", *(f"tests.test_text:{name}" for name in HOSTILE))),
        *(Island(f"shop.x:{name}", (f"shop.x:{name}",), (), (f"shop/{name}.py",), 3, "unreached",
                 f"`{name}` and 2 others refer only to one another, and nothing refers to any of them: {name}")
          for name in HOSTILE),
    ),
    problems=(
        Problem("shop/broken.py", 14, "'(' was never closed; every name in it counts as used"),
        Problem(f"shop/{COLOUR}.py", 0, "not valid UTF-8 and no coding line"),
    ),
    held_back=(
        HeldCandidate("shop.handlers:handle_gift", "function", "shop/handlers.py", 140, "unreached", "computed_name",
                      "a name computed at run time in shop/dispatch.py:9 could be its name"),
        *(HeldCandidate(f"shop.x:{name}", "method", f"shop/{name}.py", 3, "test_only", "evaluated_code", name)
          for name in HOSTILE),
    ),
)  # fmt: skip

CLEAN_SCAN = ScanResult(Tool("auditor", "9.9.9"), "/home/dev/shop", None, 3, 120, 14, 0, (), (), "library")

GATE = concluded(GateResult(
    base="0a1b2c3d4e5f60718293a4b5c6d7e8f901234567",
    head="3f9c1e2a7b40d8c95e61f0a2b3c4d5e6f7a8b9c0",
    passed=False,
    deleted=7,
    moved=2,
    breaches=(
        Breach("shop.auth:pam_simple", "shop/main.py", 41, "called",
               "POST /api/v1/pam/chat was called 12,044 times in 14 days, last on 2026-11-20 23:58 UTC."),
        Breach("shop.pricing:discount", "shop/services/orders.py", 12, "dangling_reference",
               "shop.services.orders:total still calls it on line 19."),
        Breach(f"shop.x:{SCRIPT}", f"shop/{COMMAND},a:b%.py", 1, "no_evidence",
               f"Nothing is known of {COLOUR} {LINK} {COMMAND}."),
        Breach("shop.exports:run_nightly", "shop/exports.py", 0, "contradicted",
               "Production calls it although nothing refers to it.", f"team-billing: run by hand now {LINK}"),
    ),
    notes=("shop.legacy.pricing:old_discount may go: unreached, 0 calls in 14 days, 99.2 % watched.",),
    passes=(
        Passed("shop.legacy.pricing:old_discount", "shop/legacy/pricing.py", 9,
               "unreached, 0 calls in 14 days, 99.2 % watched"),
        Passed(f"shop.x:{COMMAND}", f"shop/{FLIPPED}.py", 3, f"its referrers are judged {LINK} {SCRIPT} {COLOUR}"),
    ),
    overrides=(
        Override("shop.exports:run_nightly", "allow", f"finance runs it by hand now {LINK}", "team-billing",
                 date(2026, 12, 31), "auditor.toml:14", ("shop.exports:run_nightly",)),
        Override(f"shop.x:{COMMAND}", "trailer", f"{SCRIPT} {COLOUR}", "", date(2027, 6, 30), "3f9c1e2a7b40"),
    ),
))  # fmt: skip
GATE_PASSED = GateResult(GATE.base, GATE.head, True, 1, 0, (), GATE.notes, passes=GATE.passes)
GATE_UNDECIDABLE = concluded(GateResult(
    GATE.base, GATE.head, False, 3, 0,
    (Breach("shop.pricing:discount", "shop/pricing.py", 10, "stale_evidence", "its newest is 9 days old"),),
    unknowns=("The newest evidence is 9 days old; 36 h are allowed.",),
))  # fmt: skip
ALIKE = tuple(
    Breach(f"m:f{n}", "m.py", 7, "no_evidence", "no ledger", was_path="old.py", was_line=n) for n in range(30)
)

ROUTES = (
    Route("GET", "/orders/{id}", "shop.api.orders:get_order", "shop/api/orders.py", 14, "fastapi"),
    Route("POST", "/api/v1/pam/chat", "shop.pam:chat", "shop/pam.py", 30, "fastapi"),
    Route("POST", "/api/v1/pam/chat", "shop.pam_simple:chat", "shop/pam_simple.py", 11, "fastapi", "shop.pam:chat"),
    Route("DELETE", "/marketplaces/{marketplace_identifier}/listings/{listing_identifier}/images/{image_identifier}",
          f"{LONG}:remove_image", LONG_PATH, 1204, "flask"),
    Route("GET", f"/{COLOUR}", f"shop.x:{SCRIPT}", f"shop/{COMMAND}.py", 3, "django"),
)  # fmt: skip

ALIVE = Explanation(
    "shop.pricing:discount", "shop/pricing.py", 10, "production",
    "It is reached from production: the route GET /orders/{id} leads to it in 3 steps.",
    chain=(
        ChainStep("shop.api.orders:get_order", "shop/api/orders.py", 14, "entry point: route GET /orders/{id}"),
        ChainStep(f"{LONG}:Adapter.total", LONG_PATH, 1204, "called by name on line 19"),
        ChainStep("shop.pricing:discount", "shop/pricing.py", 10, f"attribute of an unknown receiver {COLOUR}"),
    ),
    would_change="Remove every reference in the chain.",
)  # fmt: skip
UNREACHED = Explanation(
    "shop.legacy.pricing:old_discount", "shop/legacy/pricing.py", 9, "unreached",
    "Nothing that runs in production or in the tests reaches it.",
    referred_by=(ChainStep("shop.legacy.rules:apply", "shop/legacy/rules.py", 4, "calls it, and is itself unreached"),),
    would_change="A reference from reached code, a route, or a keep-list entry would make it live.",
)  # fmt: skip

STATS = UsageStats(
    14,
    2,
    {
        "POST:/api/v1/pam/chat": StatsRow(12044, 31, END - timedelta(minutes=17), {"2xx": 12013, "5xx": 31}),
        "GET:/orders/{id}": StatsRow(2104337, 0, END - timedelta(minutes=1)),
        f"GET:/{SCRIPT}{COLOUR}": StatsRow(1, 0, None),
        "GET:/gifts": StatsRow(0, 0, None),
        "DELETE:/marketplaces/{marketplace_identifier}/listings/{listing}": StatsRow(3, 3, END),
    },
    END,
    endpoints_registered=41,
    unmatched=12044,
    tasks={"shop.tasks.reindex": StatsRow(28, 1, END - timedelta(hours=9))},
    watched={"redis": 20001, "edge": 16930},
    watched_kinds={"redis": {"task": 20131}},
    notes=("edge watched nothing on 2026-11-07 and 2026-11-08, so its zeros of these days say nothing at all.",),
)
NO_STATS = UsageStats(14, 0, {}, END, refusal="no source was ever collected; run 'auditor collect'")
UNUSED_ROUTES = UnusedRoutes(
    14,
    (
        UnusedRoute("GET /gifts", "shop.api.gifts:listing", "shop/api/gifts.py", 9, "redis", 20001),
        UnusedRoute(f"GET /{COLOUR}", f"shop.x:{SCRIPT}", f"shop/{COMMAND}.py", 3, "redis", 20001,
                    shadowed=(RegisteredHandler(f"{LONG}:shadowed", LONG_PATH, 4),)),
    ),
    (UndecidedRoute("GET /new", "shop.api.new:listing", "redis", "It was first registered on 2026-11-18."),),
    41,
    38,
    END,
    watched={"redis": 20001},
    names=(UnusedName("task", "shop.tasks.reindex", "shop.tasks:reindex", "shop/tasks.py", 31, "redis", 20131),),
    undecided_names=(
        UndecidedName("component", COLOUR, "shop.x:y", "redis", "It was first registered on 2026-11-18."),
    ),
    names_registered=6,
    names_used=4,
    watched_kinds={"redis": {"task": 20131, "component": 0}},
)  # fmt: skip
HEALTH = LedgerHealth(
    "degraded",
    END,
    START,
    ("cron-host: logs/cron.log: no lines since 2026-11-09 04:12 UTC",),
    (
        SourceStatus("redis", "ok", None, END, END, END - timedelta(minutes=1), 20001),
        SourceStatus("worker", "ok", None, END, END, END - timedelta(minutes=3), 0, watched_kinds={"task": 20131}),
        SourceStatus("cron-host", "sick", f"logs/cron.log: no lines {COLOUR}", END, None, None, 0, 12, True,
                     (f"a note {COMMAND}",)),
    ),
    collected_since=START.date() - timedelta(days=2),
    newest=END - timedelta(minutes=1),
)  # fmt: skip
