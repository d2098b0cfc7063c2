/**
 * Counts which components of a front end are rendered in production. In: `trackComponent(name)`. Out: counts per UTC
 * day in this browser, and deliveries to `auditor serve` where an endpoint is configured.
 *
 * No dependency, no personal data, no cookie. Nothing here raises into the page, and nothing is counted while a
 * component renders but a number in memory.
 */
import { count, isStored, records, write } from "./counter.js";
import { legacyUses } from "./legacy.js";
import { begin, stop } from "./page.js";
import { change, refused } from "./settings.js";
import { askAgain, whyOff } from "./switch.js";
import { asExport } from "./usage_export.js";
let begun = false;
/** Change settings; what is left out stays. `configure({enabled: false})` turns counting off at once. */
export function configure(given) {
    try {
        change(given);
        askAgain();
        begun = whyOff() === "";
        if (begun)
            begin();
        else
            stop();
    }
    catch {
        // the page must go on
    }
}
/** Count one use of a component, by a name of 1 to 200 characters. Nearly free; never raises. */
export function trackComponent(name) {
    try {
        if (count(name) && !begun) {
            begun = true;
            begin();
        }
    }
    catch {
        // the page must go on
    }
}
/** Return what this browser knows, absolute and by UTC day; `evidence` is "none" where nothing was ever recorded. */
export function exportUsage() {
    quietlyWrite();
    askAgain();
    const why = whyOff();
    const tracking = { on: why === "", why, stored: isStored(), refused: [...refused] };
    return asExport(records(), legacyUses(), Date.now(), tracking);
}
function quietlyWrite() {
    try {
        write();
    }
    catch {
        // what is written already is exported
    }
}
