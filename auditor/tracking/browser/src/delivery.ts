/**
 * Delivery to the service. In: records. Out: `POST`s of JSON as plain text, which need no preflight.
 *
 * Every few minutes by `fetch`, whose answer says whether the service took it; when the page is hidden by
 * `sendBeacon`, which says nothing: what went that way is delivered again until an answer was seen. Counts are
 * absolute, so that costs bytes and no truth. After a failure the pause doubles, up to an hour, for all pages of this
 * browser.
 */

import { records, write } from "./counter.js";
import { legacyUses } from "./legacy.js";
import { settings } from "./settings.js";
import { browserId, get, page, parsed, set, tabName } from "./stored.js";
import { isOn } from "./switch.js";
import { asDelivery } from "./usage_export.js";
import { dayOf, total, type DayRecord, type Uses } from "./uses.js";

const STATE_KEY = "auditor:usage:delivery";
const MOST_BYTES = 60_000; // a browser sends 64 KiB when a page is closed, for all requests under way
const LONGEST_PAUSE_MS = 3_600_000;

interface State {
  /** Record -> its total when the service last took it. */
  taken: { [record: string]: number };
  failures: number;
  /** Epoch milliseconds before which nothing is sent. */
  notBefore: number;
}

let unstoredState: State | undefined;
let underWay = false;
const beaconed = new Map<string, number>();

/** Deliver what the service has not taken; do nothing where it is too early, or nothing is due. */
export async function deliver(): Promise<void> {
  const now = Date.now();
  if (underWay || !mayDeliver(now)) return;
  underWay = true;
  try {
    write();
    const due = dueRecords((record) => isOurs(record) || isAtRest(record, now));
    for (const body of packets(due, now)) await post(body, false);
    if (due.length) taken(due);
  } catch {
    failed();
  } finally {
    underWay = false;
  }
}

/** Send what this page counted; it is about to be hidden or closed. */
export function deliverLast(): void {
  write();
  const now = Date.now();
  if (!mayDeliver(now)) return;
  const due = dueRecords((record) => isOurs(record) && beaconed.get(nameOf(record)) !== total(record));
  for (const body of packets(due, now)) if (!beacon(body)) post(body, true).catch(() => undefined);
  for (const record of due) beaconed.set(nameOf(record), total(record));
}

function mayDeliver(now: number): boolean {
  const { notBefore } = state();
  return settings.endpoint !== undefined && isOn(now) && (now >= notBefore || notBefore > now + LONGEST_PAUSE_MS);
}

function isOurs(record: DayRecord): boolean {
  return record.origin === tabName() || record.origin === page;
}

/** Return whether no tab writes to a record any more, as far as one can see: each tab delivers its own. */
function isAtRest(record: DayRecord, now: number): boolean {
  let last = 0;
  for (const use of record.uses.values()) last = Math.max(last, use[2]);
  return record.day !== dayOf(now) || now - last > 2000 * settings.interval;
}

function dueRecords(wanted: (record: DayRecord) => boolean): DayRecord[] {
  const { taken } = state();
  const undated = legacyUses();
  const browser = undated.size ? browserId() : undefined;
  const all = browser ? [...records(), { origin: browser, day: "", uses: undated, lost: 0 }] : records();
  const due = all.filter((record) => taken[nameOf(record)] !== total(record) && wanted(record));
  return due.sort((one, other) => (one.day < other.day ? 1 : -1));
}

/** Return the bodies that carry these records, each small enough to be sent from a page that closes. */
function packets(due: readonly DayRecord[], now: number): string[] {
  if (!due.length) return [];
  const undated = due.find((record) => record.day === "");
  const dated = due.filter((record) => record.day !== "");
  const delivery = asDelivery(dated, undated?.uses ?? new Map(), now);
  const body = JSON.stringify({ ...delivery, token: settings.token }); // in the body: a beacon has no headers of ours
  if (new TextEncoder().encode(body).length <= MOST_BYTES) return [body];
  const [one, other] = due.length > 1 ? halves(due) : splitNames(due[0]!);
  return [...packets(one, now), ...packets(other, now)];
}

function splitNames(record: DayRecord): [DayRecord[], DayRecord[]] {
  const [one, other] = halves([...record.uses]);
  const part = (uses: Uses, lost: number) => [{ ...record, uses, lost }];
  return [part(new Map(one), record.lost), part(new Map(other), 0)];
}

function halves<Item>(items: readonly Item[]): [Item[], Item[]] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
}

function beacon(body: string): boolean {
  try {
    return navigator.sendBeacon(settings.endpoint!, body);
  } catch {
    return false;
  }
}

/** Send a body; reject unless the service took it. With `keepalive` it goes on when the page is closed. */
async function post(body: string, keepalive: boolean): Promise<void> {
  const answer = await fetch(settings.endpoint!, { method: "POST", body, keepalive, credentials: "omit" });
  if (!answer.ok) throw new Error(`the service answered ${answer.status}`);
}

function taken(due: readonly DayRecord[]): void {
  const { taken: before } = state();
  const names = new Set([...records().map(nameOf), ...due.map(nameOf)]);
  const after = Object.entries(before).filter(([name]) => names.has(name));
  for (const record of due) after.push([nameOf(record), total(record)]);
  keep({ taken: Object.fromEntries(after), failures: 0, notBefore: 0 });
}

function failed(): void {
  const { taken, failures } = state();
  const pause = Math.min(LONGEST_PAUSE_MS, 1000 * settings.interval * 2 ** Math.min(failures, 20));
  keep({ taken, failures: failures + 1, notBefore: Date.now() + pause });
}

function nameOf(record: DayRecord): string {
  return `${record.day}:${record.origin}`;
}

function state(): State {
  const found = unstoredState ?? (parsed(get(STATE_KEY)) as Partial<State> | undefined);
  return {
    taken: typeof found?.taken === "object" && found.taken !== null ? found.taken : {},
    failures: typeof found?.failures === "number" ? found.failures : 0,
    notBefore: typeof found?.notBefore === "number" ? found.notBefore : 0,
  };
}

function keep(next: State): void {
  unstoredState = set(STATE_KEY, JSON.stringify(next)) ? undefined : next;
}
