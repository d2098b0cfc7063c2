/**
 * Counts in localStorage: `auditor:usage:DAY:TAB` -> JSON `{"page", "lost", "uses": {name: [count, first, last]}}`.
 *
 * Each key is written by one tab only, so tabs never overwrite each other. A tab's name waits in sessionStorage
 * between two pages: a page takes it away while it is open, so that a copy of the tab starts with a name of its own.
 * Whatever the browser refuses is answered with `false` or nothing; nothing is raised.
 */
import { type DayRecord, type Uses } from "./uses.js";
/** The name of this page load: who wrote a key last, and the origin of what cannot be stored. */
export declare const page: string;
export interface Dropped {
    /** The last UTC day of which counts were dropped. */
    readonly through: string;
    readonly why: string;
}
/** Return the tab's name, empty where this page has none now. */
export declare function tabName(): string;
/** Give the tab's name back for its next page. */
export declare function release(): void;
/** Return the anonymous random id of this browser, undefined where none can be kept. */
export declare function browserId(): string | undefined;
/** Add uses to this tab's key of a day; return whether they are stored now. What has no room is counted as lost. */
export declare function addStored(day: string, uses: Uses, lost: number, now: number): boolean;
/** Return all days of all tabs. A key that cannot be read stands as a day with a lost use. */
export declare function storedRecords(): DayRecord[];
/** Remove days that are too old, or that a wrong clock has put into the future. */
export declare function removeOld(now: number): void;
/** Return what was dropped, undefined for nothing. */
export declare function dropped(): Dropped | undefined;
/** Return the value of a key, undefined where there is none or it cannot be read. */
export declare function get(key: string): string | undefined;
/** Store a value; return whether that worked. */
export declare function set(key: string, value: string): boolean;
/** Return the keys that begin with a prefix. */
export declare function keysWith(prefix: string): string[];
/** Return the value of JSON text, undefined where it is none. */
export declare function parsed(text: string | undefined): unknown;
