/**
 * Counts by name. In: names and times, or text that was stored. Out: `Uses`. Never touches storage or a clock.
 */
/** Count, first and last use in epoch milliseconds. */
export type Use = [count: number, first: number, last: number];
export type Uses = Map<string, Use>;
/** What one origin (a tab, or a page that cannot store) counted on one UTC day, or without a day (""). */
export interface DayRecord {
    readonly origin: string;
    readonly day: string;
    readonly uses: Uses;
    /** Uses, at least, of which no count is left. */
    lost: number;
}
/** Return the UTC day of a time, as in `2026-11-21`. */
export declare function dayOf(time: number): string;
/** Return the UTC day that is so many days away from another one's. */
export declare function dayBeside(time: number, days: number): string;
/** Return whether a component may have this name: 1 to 200 characters, none of them a control character. */
export declare function isName(name: unknown): name is string;
/** Count uses in `uses`; return whether there was room for them. */
export declare function add(uses: Uses, name: string, [count, first, last]: Use, most?: number): boolean;
/** Return a number that grows with every use of the record. */
export declare function total(record: DayRecord): number;
/** Return whether a value is a count that can be meant. */
export declare function isCount(value: unknown): value is number;
/** Return whether a value is a time in epoch milliseconds. */
export declare function isTime(value: unknown): value is number;
