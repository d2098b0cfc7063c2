/**
 * The export: what `exportUsage()` returns and, without its summary, what is delivered. In: records. Out: plain values.
 *
 * Counts are absolute per origin, day and name, so the same may be read any number of times. No recorded component
 * reads `"evidence": "none"`: that says nothing about what is used, and nothing about what is not.
 */
import { browserId, dropped } from "./stored.js";
import { add } from "./uses.js";
export const FORMAT_VERSION = 1;
const NO_EVIDENCE = "no component was recorded here: this is no evidence, neither of use nor of its absence";
/** Return what is delivered of these records. */
export function asDelivery(records, undated, now) {
    const origins = new Map();
    for (const { origin, day, uses, lost } of records) {
        const known = origins.get(origin) ?? { days: [], lost: [] };
        origins.set(origin, known);
        if (uses.size)
            known.days.push([day, exported(uses)]);
        if (lost)
            known.lost.push([day, lost]);
    }
    const counted = records.some((record) => record.uses.size > 0);
    const evidence = counted ? "days" : undated.size ? "undated" : "none";
    return {
        format_version: FORMAT_VERSION,
        exported_at: new Date(now).toISOString(),
        evidence,
        browser: (evidence === "none" ? undefined : browserId()) ?? null,
        origins: Array.from(origins, ([id, { days, lost }]) => ({
            id,
            days: Object.fromEntries(days),
            lost: Object.fromEntries(lost),
        })),
        undated: exported(undated),
        dropped: dropped() ?? null,
    };
}
/** Return the whole export. */
export function asExport(records, undated, now, tracking) {
    const sums = new Map();
    for (const { uses } of records)
        for (const [name, use] of uses)
            add(sums, name, use, Infinity);
    const delivery = asDelivery(records, undated, now);
    const note = { days: "", undated: "these counts have no days: they prove use at some time only", none: NO_EVIDENCE };
    return { ...delivery, note: note[delivery.evidence], tracking, components: exported(sums) };
}
function exported(uses) {
    return Object.fromEntries(Array.from(uses, ([name, use]) => [name, exportedUse(use)]));
}
function exportedUse([count, first, last]) {
    return { count, first: text(first), last: text(last) };
}
function text(time) {
    return time ? new Date(time).toISOString() : null;
}
