/**
 * What older trackers left: `component_usage_NAME` in localStorage. In: a bare whole number, or JSON with a count and
 * perhaps the first and last render. Out: counts without days: they prove use, at some time, and nothing else.
 */

import { get, keysWith, parsed } from "./stored.js";
import { isCount, isName, isTime, type Uses } from "./uses.js";

const PREFIX = "component_usage_";
const COUNT = /^(count|renders?|(render|usage|use|call|mount)_?counts?|calls|total)$/i;
const FIRST = /^first(_?(render(ed)?|use[d]?|seen|mount(ed)?))?(_?(at|time|timestamp))?$/i;
const LAST = /^last(_?(render(ed)?|use[d]?|seen|mount(ed)?))?(_?(at|time|timestamp))?$/i;
const SECONDS_BELOW = 100_000_000_000;

/** A use without a day: 0 stands for a time that is not known. */
export function legacyUses(): Uses {
  const uses: Uses = new Map();
  for (const key of keysWith(PREFIX)) {
    const name = key.slice(PREFIX.length);
    const text = get(key);
    const found = parsed(text);
    const values = typeof found === "object" && found !== null ? Object.entries(found) : [["count", found]];
    const count = wholeNumber(pick(values, COUNT));
    if (isName(name) && count) uses.set(name, [count, time(pick(values, FIRST)), time(pick(values, LAST))]);
  }
  return uses;
}

function pick(values: unknown[][], spelling: RegExp): unknown {
  return values.find(([name]) => spelling.test(String(name)))?.[1];
}

function wholeNumber(value: unknown): number {
  const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  return isCount(number) ? number : 0;
}

/** Return epoch milliseconds of ISO text, epoch seconds or milliseconds; 0 where it is none of these. */
function time(value: unknown): number {
  const text = typeof value === "string" && !/^\d+$/.test(value) ? Date.parse(value) : Number(value);
  const number = text < SECONDS_BELOW ? text * 1000 : text;
  return isTime(number) ? Math.round(number) : 0;
}
