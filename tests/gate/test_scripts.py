"""JavaScript and TypeScript in the gate, on a real repository with a Next.js front-end beside a Python service."""

import json
from collections.abc import Mapping
from itertools import count
from pathlib import Path

import pytest

from auditor import pipeline
from auditor.model.gate import GateResult
from tests.changes import Edit, reasons
from tests.production import NOW, Project

PACKAGE = {
    "name": "shop-web", "private": True, "main": "web/client.ts", "scripts": {"seed": "node scripts/seed.js --all"},
    "dependencies": {"next": "15.0.0"},
}  # fmt: skip
FILES = {
    "shop/__init__.py": "",
    "shop/main.py": "from fastapi import FastAPI\napp = FastAPI()\n\n\n@app.get('/')\ndef home():\n    return {}\n",
    "package.json": json.dumps(PACKAGE, indent=2),
    "tsconfig.json": '{\n  // aliases\n  "compilerOptions": {"baseUrl": ".", "paths": {"@/*": ["./web/*"],}},\n}\n',
    "index.html": '<!doctype html>\n<div id="app"></div>\n<script type="module" src="/web/main.tsx"></script>\n',
    "shop/templates/page.html": "{% load static %}\n<script src=\"{% static 'js/menu.js' %}\"></script>\n",
    "shop/static/js/menu.js": "document.body.dataset.menu = 1;\n",
    "shop/static/js/elements.js": 'customElements.define("shop-clock", class extends HTMLElement {});\n',
    "shop/templates/clock.html": "{# the time #}\n<shop-clock zone=\"utc\"></shop-clock>\n",
    "nuxt/package.json": '{"name": "shop-kiosk", "private": true, "devDependencies": {"nuxt": "3.0.0"}}',
    "nuxt/components/shop/ShopBasket.vue": "<template><b /></template>\n",
    "nuxt/composables/useCart.ts": "export const useCart = () => [];\nexport const useIdle = () => 1;\n",
    "nuxt/pages/index.vue": """<template>
  <shop-basket />
</template>
<script setup>
const cart = useCart();
</script>
""",
    "nuxt/layouts/default.vue": "<template><slot /></template>\n",
    "public/sw.js": "self.oninstall = () => {};\n",
    "web/count.ts": "export const count = (name: string) => name;\n",
    "web/widgets/Basket.tsx": """import { count } from "../count";
export function renderAll() {
  count("basket-side");
  return [1, 2, 3];
}
""",
    "shop/static/js/old.min.js": "var a=1;" * 2000,
    "scripts/seed.js": "require('../web/client');\n",
    "web/main.tsx": """import App from "./App";
import * as money from "./lib/money";
import { total } from "@/lib";
const label = money.format(total([1]));
document.title = label + String(App);
const languages = import.meta.glob("./locales/*.ts");
navigator.serviceWorker.register("/sw.js");
""",
    "web/App.tsx": """import { lazy } from "react";
// import { Gone } from "./widgets/Gone";
import { Checkout, Badge } from "@/widgets";
import { Table } from "@/widgets/Table";
const Chart = lazy(() => import("./widgets/Chart"));
const legacy = require("./widgets/legacy");
export default function App() {
  return <div>Don't <Checkout /> <Badge /> <Table rows={legacy.rows()} /> <Chart /></div>;
}
""",
    "web/widgets/index.ts": 'export * from "./Checkout";\nexport { Badge } from "./Badge";\n',
    "web/widgets/Checkout.tsx": """import { useTrackComponent } from "auditor-usage-tracking";

export function Checkout() {
  useTrackComponent("checkout-form");
  return <form />;
}
""",
    "web/widgets/Badge.tsx": "export const Badge = () => <b />;\nexport const unused = 1;\n",
    "web/widgets/Table.tsx": "export function Table(props: { rows: number[] }) {\n  return <table />;\n}\n",
    "web/widgets/Chart.tsx": """import { useTrackComponent } from "auditor-usage-tracking";

export default function Chart() {
  useTrackComponent("chart");
  return <svg />;
}
""",
    "web/widgets/legacy.js": "exports.rows = () => [];\nexports.columns = () => [];\n",
    "web/formats.js": "module.exports = {\n  bold: (a) => ({ a }),\n  plain(a) { return a; },\n  wide: 3,\n};\n",
    "web/report.js": 'const { bold, plain } = require("./formats");\nplain(bold("x"));\n',
    "middleware.ts": "export function middleware() {\n  return 1;\n}\nexport const config = {};\n",
    "web/widgets/Island.tsx": "export const Island = () => <i />;\n",
    "web/lib/index.ts": 'export * from "./money";\n',
    "web/lib/money.ts": """export function format(n: number) {
  return String(n);
}

export const total = (all: number[]) => all[0];
""",
    "web/client.ts": "export const client = 1;\n",
    "web/locales/de.ts": 'export default { title: "Laden" };\n',
    "app/(shop)/orders/[id]/page.tsx": "export default function Page() {\n  return null;\n}\n",
    "app/help/page.tsx": "export default function Help() {\n  return <h1>help me please</h1>;\n}\n",
    "web/main.test.ts": 'import { format } from "./lib/money";\nimport "./widgets/Chart";\n',
    "dist/bundle.js": "console.log(1);\n",
}  # fmt: skip
COMPONENTS = {"checkout-form": 40, "basket-side": 2}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("scripts"), FILES)
    project.watch({"GET /": 9}, {"GET /": "shop.main:home"}, components=COMPONENTS)
    project.collect()
    return project


_numbers = count()


def judged(project: Project, files: Mapping[str, str | None]) -> GateResult:
    name = f"change-{next(_numbers)}"
    project.branch(name, files)
    return pipeline.gate(project.loaded, "main", name, days=None, now=NOW, environment={})


PASSING = [
    Edit(
        "moved, importers updated",
        {"web/App.tsx": (("@/widgets/Table", "./table/Table"),)},
        {"web/widgets/Table.tsx": None, "web/table/Table.tsx": FILES["web/widgets/Table.tsx"]},
    ),
    Edit(
        "renamed with its file, the tracked name kept",
        {"web/widgets/index.ts": (('"./Checkout"', '"./Payment"'),), "web/App.tsx": (("Checkout", "Payment"),)},
        {
            "web/widgets/Checkout.tsx": None,
            "web/widgets/Payment.tsx": FILES["web/widgets/Checkout.tsx"].replace("Checkout()", "Payment()"),
        },
    ),
    Edit(
        "renamed with its tracked name",
        {"web/widgets/index.ts": (('"./Checkout"', '"./Payment"'),), "web/App.tsx": (("Checkout", "Payment"),)},
        {
            "web/widgets/Checkout.tsx": None,
            "web/widgets/Payment.tsx": FILES["web/widgets/Checkout.tsx"]
            .replace("Checkout()", "Payment()")
            .replace("checkout-form", "payment-form"),
        },
    ),
    Edit(
        "folded into the file that used it",
        {
            "web/App.tsx": (
                ('import { Table } from "@/widgets/Table";\n', "const Table = () => <table />;\n"),
            )
        },
        {"web/widgets/Table.tsx": None},
    ),
    Edit("an index in place of a file", {}, {
        "web/lib/money.ts": None, "web/lib/money/index.ts": FILES["web/lib/money.ts"],
    }),
    Edit("an export nobody needs", {"web/widgets/Badge.tsx": (("export const unused = 1;\n", ""),)}),
    Edit("a function that every file knows and none calls",
         {"nuxt/composables/useCart.ts": (("export const useIdle = () => 1;\n", ""),)}),
    Edit("a component that every file knows, in another folder", {}, {
        "nuxt/components/shop/ShopBasket.vue": None,
        "nuxt/components/shop/basket/ShopBasket.vue": FILES["nuxt/components/shop/ShopBasket.vue"],
        "nuxt/layouts/default.vue": None,
    }),
    Edit("made private", {"web/widgets/Badge.tsx": (("export const unused", "const unused"),)}),
    Edit("an export by CommonJS", {"web/widgets/legacy.js": (("exports.columns = () => [];\n", ""),)}),
    Edit("a key of CommonJS that nobody takes", {"web/formats.js": (("  wide: 3,\n", ""),)}),
    Edit("CommonJS in other words", {}, {
        "web/formats.js": "const bold = (text) => text;\nmodule.exports = { bold, ...require('./client') };\n",
    }),
    Edit("a page that another file shows now", {}, {
        "app/help/page.tsx": 'export { default } from "../../web/Help";\n', "web/Help.tsx": FILES["app/help/page.tsx"],
        "middleware.ts": 'export { auth as middleware } from "./web/auth";\n',
        "web/auth.ts": FILES["middleware.ts"].replace("middleware", "auth"),
    }),
    Edit("pages in groups, parameters and other names", {}, {
        "app/(shop)/orders/[id]/page.tsx": None,
        "app/(store)/orders/[order]/page.tsx": FILES["app/(shop)/orders/[id]/page.tsx"],
        "middleware.ts": None, "proxy.ts": FILES["middleware.ts"].replace("middleware", "proxy"),
    }),
    Edit("a loader and what it loads, by another name", {"web/main.tsx": ((
        'import.meta.glob("./locales/*.ts");', 'import.meta.glob("./locales/*.ts", { import: "texts" });'
    ), ), "web/locales/de.ts": (("export default", "export const texts ="),)}),
    Edit("comments, and backticks that begin no text", {
        "web/lib/money.ts": (("return String(n);", "return String(n).replace(/`/g, ''); // or `export`"),),
        "web/widgets/Checkout.tsx": (("  return <form />", "  // useTrackComponent('old')\n  return <form />"),),
    }),
    Edit("a file nobody imports", {}, {"web/widgets/Island.tsx": None}),
    Edit("a script of a page that lives on", {}, {
        "shop/static/js/menu.js": None, "shop/templates/page.html": "{% load static %}\n<p>no script</p>\n",
    }),
    Edit("another program in place of one", {"package.json": (("node scripts/seed.js", "tsx scripts/seed.ts"),)}, {
        "scripts/seed.js": None, "scripts/seed.ts": 'import { client } from "../web/client";\nclient.seed();\n',
    }),
    Edit("another entry in place of one", {"index.html": (("main.tsx", "start.tsx"),)}, {
        "web/main.tsx": None, "web/start.tsx": 'import App from "./App";\nApp();\n', "web/main.test.ts": None,
    }),
    Edit("the page of an address in another place", {}, {
        "app/help/page.tsx": None, "pages/help.jsx": "export default () => null;\n",
    }),
    Edit("tests, builds and tools", {}, {"web/main.test.ts": None, "dist/bundle.js": None}),
    Edit("Python alone", {"shop/main.py": (("return {}", 'return {"a": 1}'),)}),
]  # fmt: skip


@pytest.mark.parametrize("edit", PASSING, ids=lambda edit: edit.name)
def test_refactorings_pass(shop: Project, edit: Edit) -> None:
    result = judged(shop, edit.contents(FILES))
    assert reasons(result) == {} and result.undecidable is None and result.passed


STOPPED = [
    Edit(
        "rendered component",
        {"web/widgets/index.ts": (('export * from "./Checkout";\n', ""),), "web/App.tsx": (("Checkout, ", ""),)},
        {"web/widgets/Checkout.tsx": None},
        {"web/widgets/Checkout.tsx": "called"},
    ),
    Edit(
        "rendered component in a file that stays",
        {"web/App.tsx": (("Checkout, ", ""), ("<Checkout />", ""))},
        {"web/widgets/Checkout.tsx": "export const other = 1;\n"},
        {"web/widgets/Checkout.tsx:checkout-form": "called"},
    ),
    Edit(
        "files that are still asked for",
        {},
        dict.fromkeys(("web/widgets/Badge.tsx", "web/widgets/Table.tsx", "web/widgets/Chart.tsx",
                       "web/widgets/legacy.js", "web/lib/index.ts", "shop/static/js/menu.js", "scripts/seed.js")),
        dict.fromkeys(("web/widgets/Badge.tsx", "web/widgets/Table.tsx", "web/widgets/Chart.tsx",
                       "web/widgets/legacy.js", "web/lib/index.ts", "shop/static/js/menu.js", "scripts/seed.js"),
                      "dangling_reference"),
    ),
    Edit(
        "exports that are still asked for",
        {"web/lib/money.ts": (("function format", "function formatted"), ("const total", "const sum")),
         "web/widgets/legacy.js": (("exports.rows", "exports.lines"),)},
        {},
        {"web/lib/money.ts:format": "dangling_reference", "web/lib/money.ts:total": "dangling_reference",
         "web/widgets/legacy.js:rows": "dangling_reference"},
    ),
    Edit("package's entry", {"package.json": ((',\n  "main": "web/client.ts"', ""),), "scripts/seed.js": (
        ("require('../web/client');\n", ""),)}, {"web/client.ts": None}, {"web/client.ts": "reachable"}),
    Edit("command with its program", {"package.json": (('"seed": "node scripts/seed.js --all"', ""),)},
         {"scripts/seed.js": None}, {"scripts/seed.js": "reachable"}),
    Edit("page's only script", {"index.html": (('<script type="module" src="/web/main.tsx"></script>\n', ""),)},
         {"web/main.tsx": None, "web/main.test.ts": None},
         {"web/main.tsx": "reachable", "web/widgets/Checkout.tsx:checkout-form": "called"}),
    Edit("address", {}, {"app/(shop)/orders/[id]/page.tsx": None}, {"app/(shop)/orders/[id]/page.tsx": "reachable"}),
    Edit("component that a function of the project's own counts", {}, {"web/widgets/Basket.tsx": None},
         {"web/widgets/Basket.tsx": "called"}),
    Edit("rendered component, emptied", {}, {"web/widgets/Checkout.tsx": "export const Checkout = () => null;\n"},
         {"web/widgets/Checkout.tsx:checkout-form": "called"}),
    Edit("what is used without an import", {},
         dict.fromkeys(("shop/static/js/elements.js", "nuxt/components/shop/ShopBasket.vue", "public/sw.js",
                        "nuxt/composables/useCart.ts")),
         dict.fromkeys(("shop/static/js/elements.js", "nuxt/components/shop/ShopBasket.vue", "public/sw.js",
                        "nuxt/composables/useCart.ts"), "dangling_reference")),
    Edit("rendered component within a comment", {}, {
        "web/widgets/Checkout.tsx": f"/*\n{FILES['web/widgets/Checkout.tsx']}*/\nexport const Checkout = () => null;\n",
        "web/lib/money.ts": f"const text = `\n{FILES['web/lib/money.ts']}`;\nconsole.log(text);\n",
    }, {"web/widgets/Checkout.tsx:checkout-form": "called", "web/lib/money.ts:format": "dangling_reference",
        "web/lib/money.ts:total": "dangling_reference"}),
    Edit("keys of CommonJS", {"web/formats.js": (("  bold: (a) => ({ a }),\n", ""), ("plain(", "lean("))}, {},
         {"web/formats.js:bold": "dangling_reference", "web/formats.js:plain": "dangling_reference"}),
    Edit("all keys of CommonJS", {}, {"web/formats.js": "module.exports = {};\n"},
         {"web/formats.js:bold": "dangling_reference", "web/formats.js:plain": "dangling_reference"}),
    Edit("what a framework runs of files that stay", {"app/(shop)/orders/[id]/page.tsx": (("default ", ""),)},
         {"app/help/page.tsx": "", "middleware.ts": "export const config = {};\n",
          "web/locales/de.ts": "export const texts = { title: 'Laden' };\n"},
         {"app/(shop)/orders/[id]/page.tsx:default": "reachable", "app/help/page.tsx:default": "reachable",
          "middleware.ts:middleware": "reachable", "web/locales/de.ts:default": "reachable"}),
    Edit("page at another address", {}, {
        "app/help/page.tsx": None, "app/support/page.tsx": FILES["app/help/page.tsx"],
        "app/(shop)/orders/[id]/page.tsx": None, "app/_orders/page.tsx": FILES["app/(shop)/orders/[id]/page.tsx"],
        "middleware.ts": None, "web/middleware.ts": FILES["middleware.ts"],
    }, {"app/help/page.tsx": "reachable", "app/(shop)/orders/[id]/page.tsx": "reachable",
        "middleware.ts": "reachable"}),
    Edit("what a pattern loads", {}, {"web/locales/de.ts": None}, {"web/locales/de.ts": "reachable"}),
]  # fmt: skip


@pytest.mark.parametrize("edit", STOPPED, ids=lambda edit: edit.name)
def test_deletions_of_what_is_used_are_stopped(shop: Project, edit: Edit) -> None:
    result = judged(shop, edit.contents(FILES))
    assert reasons(result) == edit.stops and not result.passed


UNREADABLE = {
    "binary": {"web/widgets/Table.tsx": "\0\1\2"},
    "binary, though nobody imports it": {"web/widgets/Island.tsx": "\0\1\2"},
    "minified": {"web/widgets/Table.tsx": f"export const T={'1+' * 4000}1;\n"},
    "minified, in place of what could be read": {
        "web/widgets/Table.tsx": None, "web/widgets/Table.js": f"export const T={'1+' * 4000}1;\n",
    },
}  # fmt: skip


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_head_cannot_read_makes_the_answer_unknown(shop: Project, name: str) -> None:
    result = judged(shop, UNREADABLE[name])
    path = next(path for path, text in UNREADABLE[name].items() if text is not None)
    reason = name.partition(",")[0]
    assert result.undecidable == f"what {path} still holds cannot be known: at head it is {reason}"
    assert reasons(result) == {} and not result.passed


def test_what_cannot_be_read_and_nobody_uses_is_noted(shop: Project) -> None:
    result = judged(shop, {"web/widgets/Island.tsx": f"export const I={'1+' * 4000}1;\n"})
    assert result.passed and result.notes == ("web/widgets/Island.tsx was judged by its name alone: it is minified",)


def test_breaches_name_the_use_and_the_line(shop: Project) -> None:
    app = FILES["web/App.tsx"].replace("Checkout, ", "").replace("<Checkout />", "")
    barrel = FILES["web/widgets/index.ts"].replace('export * from "./Checkout";\n', "")
    changed = {
        "web/widgets/Checkout.tsx": None, "web/widgets/index.ts": barrel, "web/App.tsx": app,
        "web/widgets/Chart.tsx": None, "web/lib/index.ts": "export const nothing = 1;\n",
    }  # fmt: skip
    result = judged(shop, changed)
    found = {one.id: one for one in result.breaches}
    called = found["web/widgets/Checkout.tsx"]
    assert called.detail == (
        "browsers rendered checkout-form 600 times in 14 days, last at 2026-11-21T11:59:00Z (told by production)"
    )
    chart = found["web/widgets/Chart.tsx"]
    assert (chart.path, chart.line, chart.why) == ("web/App.tsx", 5, "dangling_reference")
    assert chart.detail == "web/App.tsx:5 still asks for it, and 1 more places do"
    total = found["web/lib/money.ts:total"]
    assert (total.path, total.line) == ("web/main.tsx", 3)
    assert result.deleted == 2 and set(found) == {called.id, chart.id, total.id}


def test_notes_say_why_the_rest_passes(shop: Project) -> None:
    app = FILES["web/App.tsx"].replace('import { Table } from "@/widgets/Table";\n', "const Table = () => <table />;\n")
    changed = {
        "web/App.tsx": app, "web/widgets/Table.tsx": None, "web/widgets/Island.tsx": None,
        "shop/static/js/old.min.js": None, "web/client.ts": None, "web/api.ts": FILES["web/client.ts"],
        "package.json": json.dumps(PACKAGE | {"main": "web/api.ts"}), "scripts/seed.js": "require('../web/api');\n",
    }  # fmt: skip
    result = judged(shop, changed)
    assert result.passed and (result.deleted, result.moved) == (2, 1)
    assert result.notes == (
        "it lives on under another name or in another place: web/client.ts",
        "nothing asked for it at base: web/widgets/Island.tsx",
        "what asked for it at base lives on without it: web/widgets/Table.tsx",
    )


def test_without_evidence_of_browsers_a_tracked_component_cannot_be_known(tmp_path: Path) -> None:
    project = Project(tmp_path, FILES)
    project.watch({"GET /": 9}, {"GET /": "shop.main:home"}, components={"invoice-export": 3})
    project.collect()
    app = FILES["web/App.tsx"].replace(
        'const Chart = lazy(() => import("./widgets/Chart"));\n', "const Chart = null;\n"
    )
    tests = FILES["web/main.test.ts"].replace('import "./widgets/Chart";\n', "")
    changed = {"web/App.tsx": app, "web/widgets/Chart.tsx": None, "web/main.test.ts": tests}
    result = judged(project, changed)
    assert [(one.id, one.why) for one in result.breaches] == [("web/widgets/Chart.tsx", "no_evidence")]
    assert result.undecidable == (
        "whether web/widgets/Chart.tsx is used cannot be known: no component was counted in any browser in the window, "
        "so nothing is known of what browsers use"
    )
    project.watch({"GET /": 9}, {"GET /": "shop.main:home"}, components={"checkout-form": 3})
    project.collect()
    known = judged(project, changed)
    assert known.passed and known.notes == ("what asked for it at base lives on without it: web/widgets/Chart.tsx",)


def test_a_report_of_knip_counts_where_it_is_of_base(tmp_path: Path) -> None:
    project = Project(tmp_path, FILES)
    project.watch({"GET /": 9}, {"GET /": "shop.main:home"}, components=COMPONENTS)
    project.collect()
    config = (project.root / "auditor.toml").read_text("utf-8")
    report = {"files": ["app/help/page.tsx", "web/widgets/Checkout.tsx"], "issues": []}
    project.commit({
        "auditor.toml": config + '[[scan.reports]]\ntool = "knip"\npath = "knip.json"\n',
        "knip.json": json.dumps(report),
    })  # fmt: skip
    gone = {"app/help/page.tsx": None}
    said = "Knip finds no entry file that imports it at base (knip.json), and no browser was seen to render it"
    assert judged(project, gone).notes == (f"{said}: app/help/page.tsx",)
    assert reasons(judged(project, {"web/widgets/Checkout.tsx": None})) == {
        "web/widgets/Checkout.tsx": "dangling_reference"
    }
    project.commit({"web/client.ts": "export const client = 2;\n"})
    assert reasons(judged(project, gone)) == {"app/help/page.tsx": "reachable"}
    assert reasons(judged(project, gone | {"knip.json": json.dumps(report | {"files": []})})) == {
        "app/help/page.tsx": "reachable"
    }


def test_a_page_that_was_requested_is_stopped(tmp_path: Path) -> None:
    project = Project(tmp_path, FILES)
    project.watch({"GET /": 9, "GET /orders/{id}": 4}, {"GET /": "shop.main:home"}, components=COMPONENTS)
    project.collect()
    result = judged(project, {"app/(shop)/orders/[id]/page.tsx": None})
    assert [(one.why, one.detail) for one in result.breaches] == [
        ("called", "60 calls of GET /orders/{id} in 14 days"),
    ]


RENDERED = FILES | {
    "web/App.tsx": FILES["web/App.tsx"].replace('import { Table }', 'import { Side } from "./Side";\nimport { Table }')
    .replace("<Chart />", "<Chart /> <Side />"),
    "web/Side.tsx": """import { useTrackComponent } from "auditor-usage-tracking";
import { Deep } from "./deep/Deep";
function Inner() {
  useTrackComponent("inner-side");
  return <i />;
}
export const Side = () => <b><Inner /><Deep /></b>;
""",
    "web/deep/Deep.tsx": 'import Last from "./Last";\nexport const Deep = () => <Last />;\n',
    "web/deep/Last.tsx": """import { useTrackComponent } from "auditor-usage-tracking";
export default function Last() {
  useTrackComponent("last-one");
  return <i />;
}
""",
}  # fmt: skip
APP = RENDERED["web/App.tsx"]


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("rendered"), RENDERED)
    project.watch({"GET /": 9}, {"GET /": "shop.main:home"}, components={**COMPONENTS, "inner-side": 4, "last-one": 3})
    project.collect()
    return project


def test_components_that_stay_and_are_rendered_nowhere_are_stopped(rendered: Project) -> None:
    result = judged(rendered, {
        "web/App.tsx": APP.replace("<Checkout /> ", ""),
        "web/Side.tsx": RENDERED["web/Side.tsx"].replace("<Inner /><Deep />", ""),
    })  # fmt: skip
    assert reasons(result) == {
        "web/widgets/Checkout.tsx:checkout-form": "called", "web/Side.tsx:inner-side": "called",
        "web/deep/Last.tsx:last-one": "called",
    }  # fmt: skip
    assert result.deleted == 0 and result.breaches[0].detail == (
        "browsers rendered inner-side 60 times in 14 days, last at 2026-11-21T11:59:00Z (told by production); "
        "head has it yet, and nothing renders it"
    )


RENDERING = {
    "by another page, and lazily": {
        "web/App.tsx": APP.replace("<Checkout />", "<Pay />").replace("Checkout, ", "").replace(
            'import { Side } from "./Side"',
            'const Side = lazy(() => import("./Side").then((m) => ({ default: m.Side })))',
        ).replace("import { lazy }", 'import { Pay } from "./pages/Pay";\nimport { lazy }'),
        "web/pages/Pay.tsx": 'import { Checkout as Form } from "@/widgets";\nexport const Pay = () => <Form />;\n',
    },
    "without the list of exports, as the default, as a class": {
        "web/widgets/index.ts": None,
        "web/App.tsx": APP.replace('{ Checkout, Badge } from "@/widgets";',
                                   'Checkout from "@/widgets/Checkout";\nimport { Badge } from "@/widgets/Badge";'),
        "web/widgets/Checkout.tsx": FILES["web/widgets/Checkout.tsx"].replace("export f", "export default f"),
        "web/deep/Last.tsx": """import { Component } from "react";
import { trackComponent } from "auditor-usage-tracking";
export default class Last extends Component<Props> {
  componentDidMount() {
    trackComponent("last-one");
  }
}
""",
    },
    "through another list, from a registry, by a name": {
        "web/pages/index.ts": 'export * from "../widgets";\n',
        "web/registry.ts": 'import * as pages from "./pages";\nexport const at = (name: string) => pages[name];\n',
        "web/App.tsx": APP.replace("Checkout, ", "").replace("<Checkout />", '{at("x")}').replace(
            "import { lazy }", 'import { at } from "./registry";\nimport { lazy }'),
        "web/Side.tsx": RENDERED["web/Side.tsx"].replace("<Deep />", '{h("Deep")}').replace(
            'import { Deep } from "./deep/Deep";\n', ""),
    },
}  # fmt: skip


@pytest.mark.parametrize("name", RENDERING)
def test_components_that_others_render_pass(rendered: Project, name: str) -> None:
    result = judged(rendered, RENDERING[name])
    assert reasons(result) == {} and result.undecidable is None and result.passed


MEMBERS = FILES | {
    "web/api/base.ts": "export class Base {\n  request() { return 1; }\n}\n",
    "web/api/client.ts": """import { Base } from "./base";
export class Api extends Base {
  private url = "x";
  count: number;
  list() { return this.url + this.helper(); }
  static make() { return new Api(); }
  remove(id: string): Promise<void> { return null; }
  helper = () => 3;
  request() { return 4; }
}
export enum Kind { A = "a", B = "b" }
export default new Api();
""",
    "web/api/index.ts": 'export { default as api, Api, Kind } from "./client";\n',
    "web/screen.tsx": """import { api, Api, Kind } from "./api";
export const Screen = () => { api.list(); Api.make(); return <p>{Kind.A}</p>; };
export class Page {
  constructor(private readonly service: Api) {}
  go() { return this.service.remove("x"); }
}
""",
    "web/controllers.js": "const users = {\n  list(req, res) { res.send(1); },\n  one: async () => 2,\n  idle: 1,\n};\n"
                          "module.exports = users;\n",
    "web/server.js": 'const users = require("./controllers");\nconst { one } = require("./controllers");\n'
                     "users.list(one);\nconst items = [];\nitems.idle;\n",
    "web/clock.js": "function Clock() {}\nClock.prototype.run = function () {};\nmodule.exports = Clock;\n",
    "web/ticking.js": 'var Clock = require("./clock");\nvar clock = new Clock();\nclock.run();\n',
}  # fmt: skip


@pytest.fixture(scope="module")
def members(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("members"), MEMBERS)
    project.watch({"GET /": 9}, {"GET /": "shop.main:home"}, components=COMPONENTS)
    project.collect()
    return project


def test_members_that_head_asks_for_are_stopped(members: Project) -> None:
    edit = Edit("members", {
        "web/api/client.ts": (
            ("  list() { return this.url + this.helper(); }\n", "  all() { return this.url + this.helper(); }\n"),
            ("  static make() { return new Api(); }\n", ""), ("  helper = () => 3;\n", ""), ('A = "a", ', ""),
            ("  remove(id: string): Promise<void> { return null; }\n", ""),
        ),
        "web/controllers.js": (("  list(req, res) { res.send(1); },\n", ""), ("  one: async () => 2,\n", "")),
        "web/clock.js": (("Clock.prototype.run = function () {};\n", "Clock.prototype.stop = function () {};\n"),),
    })  # fmt: skip
    result = judged(members, edit.contents(MEMBERS))
    gone = ("api/client.ts:Api.list", "api/client.ts:Api.make", "api/client.ts:Api.helper", "api/client.ts:Api.remove",
            "api/client.ts:Kind.A", "controllers.js:users.list", "controllers.js:users.one",
            "clock.js:Clock.run")  # fmt: skip
    assert reasons(result) == {f"web/{one}": "dangling_reference" for one in gone}
    places = {one.id.rpartition(".")[2]: (one.path, one.line) for one in result.breaches}
    assert places["remove"] == ("web/screen.tsx", 5) and places["helper"] == ("web/api/client.ts", 5)
    assert places["one"] == ("web/server.js", 2) and places["run"] == ("web/ticking.js", 3)


def test_members_in_other_words_pass(members: Project) -> None:
    edit = Edit("members", {
        "web/api/client.ts": (
            ("  request() { return 4; }\n", ""), ("  count: number;\n", ""), ('A = "a", B = "b"', "A = 'a'"),
            ("  remove(id: string): Promise<void> { return null; }\n", ""),
            ("  list() {", "  public async list<T>(\n    options?: { page: number },\n  ): Promise<T> {\n   "),
            ("  helper = () => 3;\n", "  constructor() {\n    super();\n    this.helper = () => 3;\n  }\n"),
        ),
        "web/api/base.ts": (("export class Base {\n", "export class Base {\n  remove(id: string) {}\n"),),
    }, {
        "web/controllers.js": "const list = (req, res) => res.send(1);\nconst one = async () => 2;\n"
                              "module.exports = { list, one };\n",
        "web/clock.js": "class Clock {\n  run() {}\n}\nmodule.exports = Clock;\n",
    })  # fmt: skip
    result = judged(members, edit.contents(MEMBERS))
    assert reasons(result) == {} and result.passed


SHOWN = FILES | {
    "app/layout.tsx": "export default function Layout({ children }) {\n  return <html>{children}</html>;\n}\n",
    "web/screen.tsx": 'import styles from "./screen.module.css";\nimport texts from "./texts.json";\nstyles(texts);\n',
    "web/screen.module.css": ".big { color: red }\n",
    "web/texts.json": "{}\n",
    "web/lost.css": ".small { color: red }\n",
    "inline.html": '<p></p>\n<script type="module">\n  import { total } from "/web/lib/money.ts";\n</script>\n',
    "shop/static/js/menu.js": "function openMenu() {}\nfunction idle() {}\nvar closeMenu = function () {};\n",
    "shop/templates/buttons.html": "<p>idle()</p>\n<b onclick=\"openMenu('a')\"></b>\n<script>closeMenu();</script>\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("shown"), SHOWN)
    project.watch({"GET /": 9}, {"GET /": "shop.main:home"}, components=COMPONENTS)
    project.collect()
    return project


def test_what_pages_and_frameworks_ask_for_is_stopped(shown: Project) -> None:
    money = SHOWN["web/lib/money.ts"].replace("export const total", "const total")
    result = judged(shown, {
        "web/screen.module.css": None, "web/texts.json": None, "web/lost.css": None, "app/layout.tsx": None,
        "shop/static/js/menu.js": "document.body.dataset.menu = 1;\n", "web/lib/money.ts": money,
        "web/main.tsx": FILES["web/main.tsx"].replace("(total([1]))", "(1)").replace(
            'import { total } from "@/lib";\n', ""),
    })  # fmt: skip
    assert reasons(result) == {
        "web/screen.module.css": "dangling_reference", "web/texts.json": "dangling_reference",
        "shop/static/js/menu.js:openMenu": "dangling_reference", "web/lib/money.ts:total": "dangling_reference",
        "shop/static/js/menu.js:closeMenu": "dangling_reference", "app/layout.tsx": "reachable",
    }  # fmt: skip
    places = {one.id.rpartition("/")[2]: (one.path, one.line) for one in result.breaches}
    assert places["menu.js:openMenu"] == ("shop/templates/buttons.html", 2)
    assert places["money.ts:total"] == ("inline.html", 3) and places["texts.json"] == ("web/screen.tsx", 2)


def test_aliases_of_imports_are_stopped_while_scripts_use_them(shown: Project) -> None:
    gone = {"tsconfig.json": '{"compilerOptions": {"baseUrl": "."}}\n'}
    (breach,) = judged(shown, gone).breaches
    assert (breach.id, breach.why) == ("tsconfig.json:@/*", "dangling_reference")
    assert (breach.path, breach.line) == ("web/App.tsx", 3)
    tool = {"vite.config.ts": 'export default { resolve: { alias: { "@": "/web" } } };\n'}
    spelled = {"tsconfig.json": '{"compilerOptions": {"paths": {"@/*": ["web/*"]}}}\n'}
    assert judged(shown, gone | tool).passed and judged(shown, spelled).passed


def test_what_takes_their_place_passes(shown: Project) -> None:
    page = FILES["app/help/page.tsx"]
    result = judged(shown, {
        "app/layout.tsx": None, "app/help/page.tsx": None, "app/(site)/help/page.tsx": page,
        "app/(site)/layout.tsx": SHOWN["app/layout.tsx"], "app/(shop)/layout.tsx": SHOWN["app/layout.tsx"] + "\n",
        "web/texts.json": None, "web/texts.ts": "export default {};\n",
        "web/screen.tsx": SHOWN["web/screen.tsx"].replace("./texts.json", "./texts"),
        "shop/static/js/menu.js": "window.openMenu = () => 1;\n",
        "shop/templates/buttons.html": "<b onclick=\"openMenu('a')\"></b>\n",
    })  # fmt: skip
    assert reasons(result) == {} and result.passed
