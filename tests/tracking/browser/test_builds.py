"""What users get: built files that are those of the source, in a package that bundlers take, with React 18 and 19."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from browser_tools import BROWSER, build, packages
from playwright.sync_api import Page

from tests.tracking.browser.pages import Open, Site, counts, exported, stored, track, wait_until

COPY = (sys.executable, "-m", "auditor.tracking.browser")
HERE = {**os.environ, "PYTHONPATH": str(BROWSER.parents[2])}


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    done = subprocess.run(command, cwd=cwd, env={**HERE, **environment}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_built_files_are_what_the_compiler_makes_of_the_source(tmp_path: Path) -> None:
    build(tmp_path / "lib")
    fresh = {path.name: path.read_bytes() for path in (tmp_path / "lib").iterdir()}
    kept = {path.name: path.read_bytes() for path in (BROWSER / "lib").iterdir()}
    assert sorted(kept) == sorted(fresh), "run scripts/build_browser"
    assert [name for name in fresh if kept[name] != fresh[name]] == [], "run scripts/build_browser"
    assert {name.partition(".")[0] for name in kept} >= {"index", "react"}


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """A front end's directory in which our package is installed as its README says."""
    run(*COPY, "node_modules/auditor-tracking", cwd=tmp_path)
    return tmp_path


def test_the_package_is_copied_or_its_place_is_told(app: Path) -> None:
    assert run(*COPY, cwd=app).strip() == str(BROWSER)
    copied = app / "node_modules" / "auditor-tracking"
    assert sorted(path.name for path in copied.iterdir()) == ["README.md", "lib", "package.json"]
    assert "'npm install ./vendor/tracking'" in run(*COPY, "vendor/tracking", cwd=app)
    wrong = subprocess.run([*COPY, "--help"], cwd=app, env=HERE, capture_output=True, text=True, check=False)
    assert (wrong.returncode, "auditor.tracking.browser [DIRECTORY]" in wrong.stderr) == (2, True)
    (app / "file").write_text("")
    refused = subprocess.run([*COPY, "file/below"], cwd=app, env=HERE, capture_output=True, text=True, check=False)
    assert (refused.returncode, refused.stdout, refused.stderr[:11]) == (1, "", "file/below:")


def test_users_of_typescript_get_types(app: Path) -> None:
    (app / "page.ts").write_text("""
        import { configure, exportUsage, trackComponent, type UsageExport } from "auditor-tracking";
        import { useTrackComponent } from "auditor-tracking/react";
        configure({ endpoint: "https://audit.example/components", interval: 60 });
        trackComponent("Pam"); useTrackComponent("Pam");
        const found: UsageExport = exportUsage();
        const count: number | undefined = found.components["Pam"]?.count;
        // @ts-expect-error a name is text
        trackComponent(3 + (count ?? 0));
    """)
    options = ("--noEmit", "--strict", "--module", "nodenext", "--moduleResolution", "nodenext", "--target", "es2022")
    run(packages() / ".bin" / "tsc", *options, "--lib", "es2022,dom", "page.ts", cwd=app)


REACT_APP = """
import { StrictMode, createElement, useEffect, version } from "react";
import { createRoot } from "react-dom/client";
import * as tracking from "auditor-tracking";
import { useTrackComponent } from "auditor-tracking/react";

window.effects = 0;
function Part({ name }) {
  useTrackComponent(name);
  useEffect(() => { window.effects++; }, [name]);
  return createElement("p", null, name);
}
const root = createRoot(document.body.appendChild(document.createElement("main")));
window.show = (...names) => root.render(createElement(StrictMode, null,
  ...names.map((name, place) => createElement(Part, { name, key: place }))));
Object.assign(window, { tracking, version, ready: true });
"""


def bundle(app: Path, site: Site, react: str, mode: str) -> None:
    """Bundle the React app for a build mode with esbuild, and let the site serve it."""
    (app / "app.js").write_text(REACT_APP)
    aliases = [f"--alias:{name}={packages() / f'{name}-{react}'}" for name in ("react", "react-dom")]
    define = f'--define:process.env.NODE_ENV="{mode}"'
    options = ("--bundle", "--format=esm", "--outfile=out.js", "--log-level=warning", define, *aliases)
    run(packages() / ".bin" / "esbuild", "app.js", *options, cwd=app)
    site.files |= {"/": '<body><script type="module" src="/out.js"></script>', "/out.js": (app / "out.js").read_text()}


def show(page: Page, effects: int, *names: str) -> dict[str, int]:
    """Render these components; return what is counted once so many effects have run in all."""
    page.evaluate("names => show(...names)", names)
    wait_until(page, f"window.effects === {effects} && document.querySelectorAll('p').length === {len(names)}")
    days: dict[str, dict[str, int]] = counts(exported(page))
    return next(iter(days.values()), {})


@pytest.mark.parametrize("react", ["18", "19"])
def test_the_hook_counts_each_mount_once_in_strict_mode(app: Path, open_shop: Open, site: Site, react: str) -> None:
    bundle(app, site, react, "development")
    page = open_shop().open(enabled=True)
    assert page.evaluate("version").startswith(f"{react}.")
    assert show(page, 4, "Pam", "Pam") == {"Pam": 2}  # each effect ran twice
    assert show(page, 4, "Pam", "Pam") == {"Pam": 2}  # rendered again, not mounted
    assert show(page, 4) == {"Pam": 2}
    assert show(page, 6, "Pam") == {"Pam": 3}
    assert show(page, 7, "Export") == {"Pam": 3, "Export": 1}


@pytest.mark.parametrize("react", ["18", "19"])
def test_a_production_build_counts_without_being_told(app: Path, open_shop: Open, site: Site, react: str) -> None:
    bundle(app, site, react, "production")
    page = open_shop().open()
    assert show(page, 1, "Pam") == {"Pam": 1}
    assert exported(page)["tracking"] == {"on": True, "why": "", "stored": True, "refused": []}


@pytest.mark.parametrize("mode", ["production", "development"])
def test_vite_says_what_the_build_is_for(app: Path, open_shop: Open, site: Site, mode: str) -> None:
    (app / "index.html").write_text('<script type="module" src="/app.js"></script>')
    (app / "app.js").write_text(
        "import * as tracking from 'auditor-tracking'; Object.assign(window, {tracking, ready: true})"
    )
    (app / "package.json").write_text('{"type": "module", "private": true}')
    run(packages() / ".bin" / "vite", "build", "--logLevel", "warn", cwd=app, NODE_ENV=mode)
    (script,) = (app / "dist" / "assets").glob("*.js")
    site.files |= {"/": (app / "dist" / "index.html").read_text(), f"/assets/{script.name}": script.read_text()}
    page = open_shop().open()
    track(page)
    export: dict[str, Any] = exported(page)
    if mode == "production":
        assert list(counts(export).values()) == [{"Pam": 1}]
    else:
        assert (export["evidence"], export["tracking"]["why"], stored(page)) == (
            "none",
            "this is no production build",
            {},
        )
