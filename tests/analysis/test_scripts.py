"""JavaScript and TypeScript by their text: who imports whom, and whose component a name is."""

from auditor.analysis.scripts import read

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
