/**
 * Counting. In: names of components. Out: counts in memory, written once a second at most when the browser is idle.
 *
 * What cannot be stored stays in memory as an origin of its own, for as long as the page is open: nothing is counted
 * both there and in localStorage.
 */
import { type DayRecord } from "./uses.js";
/** Count one use; return whether counting is on. */
export declare function count(name: string): boolean;
/** Write what waits in memory; drop it where counting was turned off. */
export declare function write(): void;
/** Return everything that is counted, by origin and day; what still waits in memory comes with the next write. */
export declare function records(): DayRecord[];
/** Return whether what is counted outlives the page. */
export declare function isStored(): boolean;
