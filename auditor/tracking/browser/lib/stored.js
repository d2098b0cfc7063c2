/**
 * Counts in localStorage: `auditor:usage:DAY:TAB` -> JSON `{"page", "lost", "uses": {name: [count, first, last]}}`.
 *
 * Each key is written by one tab only, so tabs never overwrite each other. A tab's name waits in sessionStorage
 * between two pages: a page takes it away while it is open, so that a copy of the tab starts with a name of its own.
 * Whatever the browser refuses is answered with `false` or nothing; nothing is raised.
 */
import { settings } from "./settings.js";
import { add, dayBeside, dayOf, isCount, isName, isTime } from "./uses.js";
const PREFIX = "auditor:usage:";
const TAB_KEY = `${PREFIX}tab`;
const BROWSER_KEY = `${PREFIX}browser`;
const DROPPED_KEY = `${PREFIX}dropped`;
const ID = /^[0-9a-f]{32}$/;
/** The name of this page load: who wrote a key last, and the origin of what cannot be stored. */
export const page = newId();
let tab = "";
let hasWritten = new Set();
/** Return the tab's name, empty where this page has none now. */
export function tabName() {
    return tab;
}
/** Give the tab's name back for its next page. */
export function release() {
    try {
        if (tab)
            sessionStorage.setItem(TAB_KEY, tab);
    }
    catch {
        // the next page takes a new name
    }
    tab = "";
    hasWritten = new Set();
}
/** Return the anonymous random id of this browser, undefined where none can be kept. */
export function browserId() {
    const known = get(BROWSER_KEY);
    if (known !== undefined && ID.test(known))
        return known;
    return set(BROWSER_KEY, newId()) ? get(BROWSER_KEY) : undefined;
}
/** Add uses to this tab's key of a day; return whether they are stored now. What has no room is counted as lost. */
export function addStored(day, uses, lost, now) {
    const found = own(day);
    if (!found)
        return false;
    const { key, record } = found;
    const added = new Set();
    record.lost += lost;
    for (const [name, use] of uses) {
        if (!record.uses.has(name))
            added.add(name);
        if (!add(record.uses, name, use))
            record.lost += use[0];
    }
    let text = serialised(record);
    if (added.size && !makeRoom(key, text.length, now)) {
        for (const name of added) {
            record.lost += record.uses.get(name)?.[0] ?? 0;
            record.uses.delete(name);
        }
        text = serialised(record);
    }
    while (!set(key, text))
        if (!dropOldest(key, now, "the browser's storage is full"))
            return false;
    hasWritten.add(key);
    return true;
}
/** Return all days of all tabs. A key that cannot be read stands as a day with a lost use. */
export function storedRecords() {
    return dayKeys().map((key) => read(key) ?? emptyRecord(key, 1));
}
/** Remove days that are too old, or that a wrong clock has put into the future. */
export function removeOld(now) {
    const oldest = dayBeside(now, 1 - settings.keepDays);
    const newest = dayBeside(now, 1);
    for (const key of dayKeys()) {
        if (dayIn(key) < oldest)
            drop(key, "too old");
        else if (dayIn(key) > newest)
            remove(key);
    }
}
/** Return what was dropped, undefined for nothing. */
export function dropped() {
    const known = parsed(get(DROPPED_KEY));
    if (typeof known?.through !== "string" || typeof known.why !== "string")
        return undefined;
    return { through: known.through, why: known.why };
}
/** Return the value of a key, undefined where there is none or it cannot be read. */
export function get(key) {
    try {
        return localStorage.getItem(key) ?? undefined;
    }
    catch {
        return undefined;
    }
}
/** Store a value; return whether that worked. */
export function set(key, value) {
    try {
        localStorage.setItem(key, value);
        return true;
    }
    catch {
        return false;
    }
}
/** Return the keys that begin with a prefix. */
export function keysWith(prefix) {
    try {
        return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
    }
    catch {
        return [];
    }
}
/** Return the value of JSON text, undefined where it is none. */
export function parsed(text) {
    try {
        return text === undefined ? undefined : (JSON.parse(text) ?? undefined);
    }
    catch {
        return undefined;
    }
}
/** Return this tab's key of a day and what it holds; undefined where nothing can be read. */
function own(day) {
    if (!isReadable())
        return undefined;
    if (!tab)
        tab = takeTab();
    let key = `${PREFIX}${day}:${tab}`;
    if (hasWritten.has(key) && get(key) !== undefined && writer(key) !== page) {
        tab = newId(); // a copy of this tab has the same name
        key = `${PREFIX}${day}:${tab}`;
    }
    return { key, record: read(key) ?? emptyRecord(key, get(key) === undefined ? 0 : 1) };
}
function isReadable() {
    try {
        return localStorage.length >= 0;
    }
    catch {
        return false;
    }
}
function takeTab() {
    try {
        const waiting = sessionStorage.getItem(TAB_KEY);
        sessionStorage.removeItem(TAB_KEY);
        if (waiting !== null && ID.test(waiting))
            return waiting;
    }
    catch {
        // without sessionStorage every page is a tab of its own
    }
    return newId();
}
/** Drop the oldest days until so many characters fit; return whether they do. */
function makeRoom(key, length, now) {
    const others = () => keysWith(PREFIX).reduce((sum, each) => sum + (each === key ? 0 : each.length + (get(each)?.length ?? 0)), 0);
    while (others() + key.length + length > settings.maxCharacters) {
        if (!dropOldest(key, now, "no room is left for them"))
            return false;
    }
    return true;
}
/** Drop the oldest day before today; return false where there is none. */
function dropOldest(keep, now, why) {
    const today = dayOf(now);
    const oldest = dayKeys()
        .filter((key) => key !== keep && dayIn(key) < today)
        .sort()[0];
    if (oldest === undefined)
        return false;
    for (const key of dayKeys())
        if (dayIn(key) === dayIn(oldest) && key !== keep)
            drop(key, why);
    return true;
}
function drop(key, why) {
    const known = dropped();
    remove(key);
    if (!known || known.through <= dayIn(key))
        set(DROPPED_KEY, JSON.stringify({ through: dayIn(key), why }));
}
function remove(key) {
    try {
        localStorage.removeItem(key);
    }
    catch {
        // it stays
    }
}
function dayKeys() {
    return keysWith(PREFIX).filter((key) => /^\d{4}-\d\d-\d\d:[0-9a-f]{32}$/.test(key.slice(PREFIX.length)));
}
function dayIn(key) {
    return key.slice(PREFIX.length, PREFIX.length + 10);
}
function emptyRecord(key, lost) {
    return { origin: key.slice(PREFIX.length + 11), day: dayIn(key), uses: new Map(), lost };
}
function writer(key) {
    return parsed(get(key))?.page;
}
function read(key) {
    const found = parsed(get(key));
    if (typeof found?.uses !== "object" || found.uses === null)
        return undefined;
    const record = emptyRecord(key, isCount(found.lost) ? found.lost : 0);
    for (const [name, use] of Object.entries(found.uses)) {
        if (isName(name) && isUse(use))
            add(record.uses, name, use);
        else
            record.lost += 1;
    }
    return record;
}
function isUse(value) {
    return Array.isArray(value) && isCount(value[0]) && isTime(value[1]) && isTime(value[2]);
}
function serialised(record) {
    return JSON.stringify({ page, lost: record.lost, uses: Object.fromEntries(record.uses) });
}
function newId() {
    const bytes = new Uint8Array(16);
    try {
        crypto.getRandomValues(bytes);
    }
    catch {
        bytes.forEach((_, index) => (bytes[index] = Math.random() * 256));
    }
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
