/**
 * The export: what `exportUsage()` returns and, without its summary, what is delivered. In: records. Out: plain values.
 *
 * Counts are absolute per origin, day and name, so the same may be read any number of times. No recorded component
 * reads `"evidence": "none"`: that says nothing about what is used, and nothing about what is not.
 */
import { type Dropped } from "./stored.js";
import { type DayRecord, type Uses } from "./uses.js";
export declare const FORMAT_VERSION = 1;
/** `first` and `last` are ISO 8601 in UTC, null where they are not known. */
export interface ExportedUse {
    readonly count: number;
    readonly first: string | null;
    readonly last: string | null;
}
export interface ExportedOrigin {
    /** A tab, or a page that could not store; random. */
    readonly id: string;
    /** UTC day -> component -> absolute count. */
    readonly days: {
        readonly [day: string]: {
            readonly [component: string]: ExportedUse;
        };
    };
    /** UTC day -> uses, at least, of which no count is left. */
    readonly lost: {
        readonly [day: string]: number;
    };
}
export interface Delivery {
    readonly format_version: number;
    readonly exported_at: string;
    /** "days": counts by day; "undated": only counts of older trackers; "none": nothing was ever recorded. */
    readonly evidence: "days" | "undated" | "none";
    /** Random id of this browser, null where none can be kept, or there is nothing to tell apart. */
    readonly browser: string | null;
    readonly origins: readonly ExportedOrigin[];
    /** What older trackers left (`component_usage_*`): use at some time. */
    readonly undated: {
        readonly [component: string]: ExportedUse;
    };
    /** Up to which UTC day counts were dropped here, and why. */
    readonly dropped: Dropped | null;
}
export interface UsageExport extends Delivery {
    /** What the evidence does not say; empty where there are counts by day. */
    readonly note: string;
    readonly tracking: {
        readonly on: boolean;
        /** Why it is off; empty where it is on. */
        readonly why: string;
        /** Whether counts outlive this page. */
        readonly stored: boolean;
        /** Settings that were given and cannot be meant. */
        readonly refused: readonly string[];
    };
    /** Component -> sum of all origins and days. */
    readonly components: {
        readonly [component: string]: ExportedUse;
    };
}
/** Return what is delivered of these records. */
export declare function asDelivery(records: readonly DayRecord[], undated: Uses, now: number): Delivery;
/** Return the whole export. */
export declare function asExport(records: readonly DayRecord[], undated: Uses, now: number, tracking: UsageExport["tracking"]): UsageExport;
