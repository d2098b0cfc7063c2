"""JavaScript and TypeScript by their text: who imports whom, and whose component a name is."""

from auditor.analysis.scripts import entries, read
from auditor.analysis.scripts.resolving import Project
from auditor.analysis.scripts.syntax import Import, read_script, unreadable

TARGETS = ("src/widgets/OldTable.tsx", "src/old/index.ts", "src/store/legacy.store.ts")


def _importers(path: str, text: str) -> dict[str, tuple[tuple[str, int], ...]]:
    found = read.importers([read.read(path, text)], TARGETS)
    return {target: places for target, places in found.items() if places}


def test_every_way_to_import_a_file_is_seen_with_its_line() -> None:
    text = """
import OldTable from "./widgets/OldTable";
export * from './widgets/OldTable.tsx'
const one = require(`./widgets/OldTable.js`);
const two = lazy(() => import("./widgets/OldTable"));
vi.mock("./widgets/OldTable?raw");
"""
    assert _importers("src/App.tsx", text) == {TARGETS[0]: tuple(("src/App.tsx", line) for line in range(2, 7))}


def test_a_directory_means_its_index_and_an_alias_any_file_that_its_end_fits() -> None:
    assert _importers("src/App.tsx", 'import x from "./old"') == {TARGETS[1]: (("src/App.tsx", 1),)}
    assert _importers("web/App.tsx", 'import x from "@/widgets/OldTable"') == {TARGETS[0]: (("web/App.tsx", 1),)}
    assert _importers("web/App.tsx", 'import x from "src/store/legacy.store"') == {TARGETS[2]: (("web/App.tsx", 1),)}


def test_a_package_and_a_file_of_the_same_name_elsewhere_are_other_things() -> None:
    assert _importers("src/App.tsx", 'import x from "old"; import y from "react/OldTable"') == {}
    assert _importers("admin/App.tsx", 'import x from "./widgets/OldTable"') == {}
    assert _importers(TARGETS[0], 'import x from "./OldTable"') == {}


def test_names_under_which_browsers_may_count_a_file() -> None:
    text = """
export default memo(OldTable);
export const Row = () => useTrackComponent("old-row");
export async function load() { trackComponent('loader') }
const hidden = 1;
"""
    assert read.read("src/T.tsx", text).components == {"OldTable", "Row", "load", "old-row", "loader"}
    assert read.stem("src/invoice-table.test.tsx") == "invoice-table"
    assert read.stem("src/InvoiceTable/index.tsx") == "InvoiceTable"
    assert read.folded("invoice-table") == read.folded("InvoiceTable") != read.folded("InvoiceTables")


WRITTEN = """// import x from './commented'
/* export const no = 1 */
import React, { useState as s, type Foo } from 'react';
import * as ns from "./ns";
import type { T } from './t';
import {
  a,
  b as c,
} from './ab';
import './side.css';
export * from './star';
export * as all from './all';
export { x as y, default as Z } from './re';
export const one = 1, two = "http://x";
export const { p, q: r } = obj;
export default function Main() { return <div>{ns.Foo} don't {ns.bar()}</div> }
export async function load() {}
export { helper as renamed };
const L = lazy(() => import('./Lazy'));
const M = dynamic(() => import('./Dyn').then(m => m.Named));
const { g } = await import('./g');
const fs = require('./fs2'); fs.readAll();
import(`./locales/${lang}.json`);
const pages = import.meta.glob('./pages/*.tsx');
useTrackComponent("Invoice");
new Worker(new URL('./w.ts', import.meta.url));
"""


def test_what_a_text_imports_exports_loads_and_tracks() -> None:
    facts = read_script("web/a.tsx", WRITTEN)
    assert facts.imports == (
        Import(3, "react", frozenset({"default", "useState", "Foo"})),
        Import(4, "./ns", frozenset({"Foo", "bar"}), whole=True),
        Import(5, "./t", frozenset({"T"})),
        Import(6, "./ab", frozenset({"a", "b"})),
        Import(10, "./side.css"),
        Import(11, "./star", whole=True, given={"*": "*"}),
        Import(12, "./all", whole=True, given={"all": "*"}),
        Import(13, "./re", frozenset({"x", "default"}), given={"y": "x", "Z": "default"}),
        Import(19, "./Lazy", frozenset({"default"})),
        Import(20, "./Dyn", frozenset({"Named"})),
        Import(21, "./g", frozenset({"g"})),
        Import(22, "./fs2", frozenset({"readAll"})),
        Import(26, "./w.ts", whole=True),
    )
    assert set(facts.exports) == {"one", "two", "p", "r", "default", "load", "renamed", "all", "y", "Z"}
    assert facts.patterns == ((23, "./locales/*.json"), (24, "./pages/*.tsx"))
    assert facts.tracked == {"Invoice": 25} and "Main" in facts.components and not facts.open
    told = read_script("a.js", "module.exports = { a }")
    assert set(told.exports) == {"a"} and not told.open
    assert read_script("a.js", "module.exports = { ...a }").open
    assert unreadable(b"\0") == "it is binary" and unreadable(b"var a=1;" * 2000) == "it is minified"
    assert unreadable(b"x\n" * 600_000) == "it is larger than 1,000,000 bytes" and not unreadable(b"let a\n" * 9000)


def test_where_specifiers_lead() -> None:
    paths = (
        "web/a/one.ts", "web/a/index.tsx", "web/lib/two.ts", "packages/ui/src/index.ts", "packages/ui/src/Button.tsx",
        "web/src/views/Home.vue", "shared/three.mts",
    )  # fmt: skip
    tree = Project(paths, {
        "web/tsconfig.json": '{"extends": "../tsconfig.base", "compilerOptions": {"paths": {"#l/*": ["lib/*"],}}}',
        "tsconfig.base.json": '{"compilerOptions": {"paths": {"shared": ["shared/three.mts"]}}}',
        "packages/ui/package.json": '{"name": "@acme/ui", "main": "dist/index.js"}',
    })  # fmt: skip
    leads = {
        "./one": "web/a/one.ts", "./one.js": "web/a/one.ts", ".": "web/a/index.tsx", "..": None,
        "#l/two": "web/lib/two.ts",
        "../lib/two?raw": "web/lib/two.ts", "shared": "shared/three.mts", "@acme/ui": "packages/ui/src/index.ts",
        "@acme/ui/Button": "packages/ui/src/Button.tsx", "@/views/Home": "web/src/views/Home.vue", "react": None,
        "@acme/other": None, "./gone": None,
    }  # fmt: skip
    assert {one: tree.resolve("web/a/user.ts", one) for one in leads} == leads
    assert list(tree.aliases_of("packages/ui/src/index.ts")) == ["@acme/ui"]


def test_files_that_are_routes_by_their_place() -> None:
    where = {"next": frozenset({"next"}), "kit": frozenset({"@sveltejs/kit"}), "nuxt": frozenset({"nuxt"}),
             "stack": frozenset({"@tanstack/react-router"}), "remix": frozenset({"@remix-run/node"})}  # fmt: skip
    addresses = {
        "next/src/app/(main)/shop/[id]/page.tsx": "/shop/{id}", "next/app/api/send/route.ts": "/api/send",
        "next/pages/index.js": "/", "next/pages/docs/[...path].jsx": "/docs/{path:path}",
        "next/middleware.ts": "/middleware",
        "kit/src/routes/blog/[slug]/+page.svelte": "/blog/{slug}", "nuxt/pages/orders/[id].vue": "/orders/{id}",
        "stack/src/routes/_layout/items.tsx": "/items", "stack/src/routes/posts.$id.tsx": "/posts/{id}",
        "remix/app/routes/orders.$id.tsx": "/orders/{id}",
    }  # fmt: skip
    for path, address in addresses.items():
        found = entries.route_of(path, where)
        assert found is not None and found.address == address, path
        assert entries.is_served(address, ["/other", address.replace("{id}", "{number}")])
    assert entries.is_served("/share/{rest:path}", ["/share/{slug}/{path:path}"])
    assert entries.is_served("/docs", ["/{page:path}"]) and not entries.is_served("/{page}", ["/docs"])
    others = (
        "next/src/app/layout.tsx", "next/src/components/page.tsx", "next/pages/_app.js", "stack/src/routes/__root.tsx",
        "stack/src/routes/_layout.tsx", "stack/src/routes/-parts.tsx", "kit/src/routes/+layout.svelte",
        "web/pages/a.js",
    )  # fmt: skip
    assert [path for path in others if entries.route_of(path, where)] == []
