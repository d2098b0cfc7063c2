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

const MOST_NAMES = 1000;
const NAME = /^[^\u0000-\u001f\u007f]{1,200}$/u;
const DAY_MS = 86_400_000;
const LATEST_MS = 8_640_000_000_000_000;

/** Return the UTC day of a time, as in `2026-11-21`. */
export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** Return the UTC day that is so many days away from another one's. */
export function dayBeside(time: number, days: number): string {
  return dayOf(time + days * DAY_MS);
}

/** Return whether a component may have this name: 1 to 200 characters, none of them a control character. */
export function isName(name: unknown): name is string {
  return typeof name === "string" && NAME.test(name) && isWellFormed(name);
}

function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/** Count uses in `uses`; return whether there was room for them. */
export function add(uses: Uses, name: string, [count, first, last]: Use, most = MOST_NAMES): boolean {
  const known = uses.get(name);
  if (known) {
    known[0] += count;
    known[1] = Math.min(known[1], first);
    known[2] = Math.max(known[2], last);
    return true;
  }
  if (uses.size >= most) return false;
  uses.set(name, [count, first, last]);
  return true;
}

/** Return a number that grows with every use of the record. */
export function total(record: DayRecord): number {
  let sum = record.lost;
  for (const use of record.uses.values()) sum += use[0];
  return sum;
}

/** Return whether a value is a count that can be meant. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

/** Return whether a value is a time in epoch milliseconds. */
export function isTime(value: unknown): value is number {
  return typeof value === "number" && value > 0 && value < LATEST_MS;
}
