/**
 * Counts by name. In: names and times, or text that was stored. Out: `Uses`. Never touches storage or a clock.
 */
const MOST_NAMES = 1000;
const NAME = /^[^\u0000-\u001f\u007f]{1,200}$/u;
const DAY_MS = 86400000;
const LATEST_MS = 8640000000000000;
/** Return the UTC day of a time, as in `2026-11-21`. */
export function dayOf(time) {
    return new Date(time).toISOString().slice(0, 10);
}
/** Return the UTC day that is so many days away from another one's. */
export function dayBeside(time, days) {
    return dayOf(time + days * DAY_MS);
}
/** Return whether a component may have this name: 1 to 200 characters, none of them a control character. */
export function isName(name) {
    return typeof name === "string" && NAME.test(name) && isWellFormed(name);
}
function isWellFormed(text) {
    return !/\p{Surrogate}/u.test(text);
}
/** Count uses in `uses`; return whether there was room for them. */
export function add(uses, name, [count, first, last], most = MOST_NAMES) {
    const known = uses.get(name);
    if (known) {
        known[0] += count;
        known[1] = Math.min(known[1], first);
        known[2] = Math.max(known[2], last);
        return true;
    }
    if (uses.size >= most)
        return false;
    uses.set(name, [count, first, last]);
    return true;
}
/** Return a number that grows with every use of the record. */
export function total(record) {
    let sum = record.lost;
    for (const use of record.uses.values())
        sum += use[0];
    return sum;
}
/** Return whether a value is a count that can be meant. */
export function isCount(value) {
    return Number.isSafeInteger(value) && value > 0;
}
/** Return whether a value is a time in epoch milliseconds. */
export function isTime(value) {
    return typeof value === "number" && value > 0 && value < LATEST_MS;
}
