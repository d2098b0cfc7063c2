/**
 * Counting. In: names of components. Out: counts in memory, written once a second at most when the browser is idle.
 *
 * What cannot be stored stays in memory as an origin of its own, for as long as the page is open: nothing is counted
 * both there and in localStorage.
 */
import { addStored, page, removeOld, storedRecords } from "./stored.js";
import { askAgain, isOn } from "./switch.js";
import { add, dayOf, isName, total } from "./uses.js";
const WRITE_AFTER_MS = 1000;
let waiting = new Map();
let today = { day: "", from: 0, until: 0, uses: new Map() };
const unstored = new Map();
let mayStore = true;
let timer;
let lookedFor = "";
/** Count one use; return whether counting is on. */
export function count(name) {
    const now = Date.now();
    if (!isOn(now))
        return false;
    if (now < today.from || now >= today.until || !waiting.size)
        startDay(now);
    const known = today.uses.get(name);
    if (known) {
        known[0] += 1;
        known[2] = now;
    }
    else if (!isName(name) || !add(today.uses, name, [1, now, now])) {
        waiting.get(today.day).lost += 1;
    }
    timer ?? (timer = setTimeout(writeWhenIdle, WRITE_AFTER_MS));
    return true;
}
/** Write what waits in memory; drop it where counting was turned off. */
export function write() {
    if (timer !== undefined)
        clearTimeout(timer);
    timer = undefined;
    const now = Date.now();
    const writing = waiting;
    waiting = new Map();
    askAgain();
    if (!writing.size || !isOn(now))
        return;
    if (lookedFor !== dayOf(now))
        removeOld(now);
    lookedFor = dayOf(now);
    for (const [day, { uses, lost }] of writing) {
        mayStore = mayStore && addStored(day, uses, lost, now);
        if (!mayStore)
            keep(day, uses, lost);
    }
}
/** Return everything that is counted, by origin and day; what still waits in memory comes with the next write. */
export function records() {
    return [...storedRecords(), ...unstored.values()].filter((record) => total(record) > 0);
}
/** Return whether what is counted outlives the page. */
export function isStored() {
    return mayStore;
}
function startDay(now) {
    const day = dayOf(now);
    const from = Date.parse(day);
    const begun = waiting.get(day) ?? { uses: new Map(), lost: 0 };
    waiting.set(day, begun);
    today = { day, from, until: from + 86400000, uses: begun.uses };
}
function writeWhenIdle() {
    if (typeof requestIdleCallback === "function")
        requestIdleCallback(safely, { timeout: WRITE_AFTER_MS });
    else
        safely();
}
function safely() {
    try {
        write();
    }
    catch {
        // the page must go on
    }
}
function keep(day, uses, lost) {
    const record = unstored.get(day) ?? { origin: page, day, uses: new Map(), lost: 0 };
    unstored.set(day, record);
    record.lost += lost;
    for (const [name, use] of uses)
        if (!add(record.uses, name, use))
            record.lost += use[0];
}
