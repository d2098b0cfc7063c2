"""The command line of `scripts/bench/report`: how a page with many findings does in Chromium, beside a plain table.

In: nothing, or a scan as JSON whose findings are repeated under other directories. Out: a table on stdout, medians of
interleaved rounds. Both pages show the same findings: the plain one a row each with file, line, kind, name, rule and
evidence, no style, no script. Time is the processor's, of the page's own thread. Never fails by a time.
"""

import argparse
import html as markup
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import msgspec
from browser_tools import ToolError, chromium
from playwright.sync_api import Browser, Page, sync_playwright

from auditor.model.report import ScanFinding, ScanResult, Tool
from auditor.model.verdict import Evidence
from auditor.report import html
from measuring.tables import aligned

Figures = dict[str, float]
WANTED_BYTES = 1_500_000
_NAMES = ("recalculate_customer_totals", "ExportAdapter.legacy_row", "parse_header", "BULK_LIMIT", "_render_line")
_SCROLL = """async () => {
  let longest = 0;
  for (let part = 1; part <= 20; part++) {
    const begun = performance.now();
    scrollTo(0, document.documentElement.scrollHeight * part / 20);
    await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    longest = Math.max(longest, performance.now() - begun);
  }
  return longest;
}"""
_FILTER = """async () => {
  const search = document.querySelector("[name=q]");
  search.value = "parse header";
  search.dispatchEvent(new Event("input", { bubbles: true }));
  const told = document.querySelector("#tools output");
  while (!told.value.includes(" of ")) await new Promise(done => setTimeout(done, 1));
  document.body.getBoundingClientRect();
}"""


def main() -> int:
    """Measure both pages; return the exit code: 1 where the page is too large or does not show what it has to."""
    parser = argparse.ArgumentParser("scripts/bench/report", description="The page of a scan beside a plain table.")
    parser.add_argument("scan", type=Path, nargs="?", help="a scan as JSON, repeated until there are enough findings")
    parser.add_argument("--findings", type=int, default=10_000, help="how many (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each page (default: %(default)s)")
    options = parser.parse_args()
    scan = _scan(options.scan, options.findings)
    pages = {"auditor": html.scan(scan), "plain table": _table(scan)}
    with tempfile.TemporaryDirectory(prefix="auditor-bench-") as directory:
        for name, text in pages.items():
            (Path(directory) / f"{name}.html").write_text(text, "utf-8")
        try:
            measured = _rounds(Path(directory), tuple(pages), options.rounds)
        except ToolError as error:
            print(f"scripts/bench/report: {error}", file=sys.stderr)
            return 1
    _print(pages, measured, len(scan.findings))
    return 1 if options.scan is None and len(pages["auditor"].encode()) >= WANTED_BYTES else 0


def _scan(path: Path | None, count: int) -> ScanResult:
    """Return a scan with `count` findings: made up, or those of a real one under directories of their own."""
    if path is None:
        return ScanResult(Tool("auditor", "0"), "large", None, 9_000, 900_000, 90_000, 900, tuple(_made_up(count)), ())
    found = msgspec.json.decode(path.read_bytes(), type=ScanResult)
    if not found.findings:
        raise SystemExit(f"scripts/bench/report: {path}: a scan without findings")
    return msgspec.structs.replace(
        found, findings=tuple(islice(_repeated(found.findings), count)), islands=(), held_back=()
    )


def _made_up(count: int) -> Iterator[ScanFinding]:
    """Yield findings as a large old code base has them: three a file, one in four with a sentence of its own."""
    for n in range(count):
        module = f"billing.services.area{n // 60}.module_{n // 3}"
        detail = "no entry point reaches it and nothing refers to it"
        if n % 4 == 0:
            detail = f"no entry point reaches it; it is referred to by {module}:{_NAMES[n % 5]}_{n}, not reached either"
        line = n % 3 * 40 + 1
        yield ScanFinding(
            f"{module}:{_NAMES[n % 5]}{n}", "function", "python", module.replace(".", "/") + ".py", line, line + 8, 9,
            "unreached", "AUD001", ("vulture",) if n % 2 else (), (Evidence("static_reachability", "dead", detail),),
        )  # fmt: skip


def _repeated(findings: tuple[ScanFinding, ...]) -> Iterator[ScanFinding]:
    replace, round_ = msgspec.structs.replace, 0
    while True:
        below = f"copy{round_}"
        for one in findings:
            evidence = tuple(replace(e, path=f"{below}/{e.path}" if e.path else "") for e in one.evidence)
            inside = f"{below}.{one.inside}" if one.inside else None
            yield replace(one, id=f"{below}.{one.id}", path=f"{below}/{one.path}", inside=inside, evidence=evidence)
        round_ += 1


def _table(scan: ScanResult) -> str:
    rows = []
    for one in scan.findings:
        told = "; ".join(e.detail for e in one.evidence)
        cells = (one.path, str(one.line), one.kind, one.id.partition(":")[2], one.rule, told)
        rows.append("<tr>" + "".join(f"<td>{markup.escape(cell)}</td>" for cell in cells) + "</tr>")
    return "<!doctype html><meta charset=utf-8><title>Findings</title><table>\n" + "\n".join(rows) + "\n</table>\n"


def _rounds(directory: Path, names: tuple[str, ...], rounds: int) -> dict[str, list[Figures]]:
    found: dict[str, list[Figures]] = {name: [] for name in names}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        for _ in range(rounds):
            for name in names:
                found[name].append(_visit(browser, (directory / f"{name}.html").as_uri()))
        browser.close()
    return found


def _visit(browser: Browser, address: str) -> Figures:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def spent() -> float:
        metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
        return float(metrics["TaskDuration"]) * 1000

    page.goto(address)
    found = {"open": spent(), "frame": float(page.evaluate(_SCROLL))}
    if page.locator("#tools").count():
        found["search"] = _searched(page, spent)
    context.close()
    return found


def _searched(page: Page, spent: Callable[[], float]) -> float:
    page.locator("#tools select").first.focus()  # fills the lists, as a person's pointer does
    before = spent()
    page.evaluate(_FILTER)
    return spent() - before


def _print(pages: dict[str, str], measured: dict[str, list[Figures]], findings: int) -> None:
    rows: list[tuple[object, ...]] = [("page", "bytes", "open, ms", "longest frame, ms", "search, ms")]
    for name, text in pages.items():
        row: list[object] = [name, f"{len(text.encode()):,}"]
        for figure in ("open", "frame", "search"):
            values = [one[figure] for one in measured[name] if figure in one]
            row.append(f"{statistics.median(values):,.0f}" if values else "-")
        rows.append(tuple(row))
    print(f"{findings:,} findings; medians. Opening and searching: the processor's time of the page's thread.\n")
    print(aligned(rows))
    ours, plain = (statistics.median(one["open"] for one in measured[name]) for name in pages)
    size = len(pages["auditor"].encode()) / len(pages["plain table"].encode())
    print(f"\nauditor / plain table: {size:.2f} of the bytes, {ours / plain:.2f} of the time to open")


if __name__ == "__main__":
    sys.exit(main())
