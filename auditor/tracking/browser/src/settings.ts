/**
 * What a page decides. In: `configure()`. Out: the settings in force. Values that cannot be meant are left out and
 * named in `refused`; nothing is raised into the page.
 */

export interface Settings {
  /** true: count, whatever build and address say; false: off at once. By default build and address decide. */
  enabled?: boolean | undefined;
  /** Address of the service's `POST /components`. By default nothing is delivered. */
  endpoint?: string | undefined;
  /** The service's `service.token`, sent with each delivery. Whoever sees the page sees it. */
  token?: string | undefined;
  /** Seconds between two deliveries, from 1; 300 by default. */
  interval?: number | undefined;
  /** Characters of localStorage that counts may take; 200,000 by default. The oldest days are dropped first. */
  maxCharacters?: number | undefined;
  /** UTC days that are kept, from 1; 90 by default. */
  keepDays?: number | undefined;
}

interface InForce {
  enabled: boolean | undefined;
  endpoint: string | undefined;
  token: string | undefined;
  interval: number;
  maxCharacters: number;
  keepDays: number;
}

const DEFAULTS: InForce = {
  enabled: undefined,
  endpoint: undefined,
  token: undefined,
  interval: 300,
  maxCharacters: 200_000,
  keepDays: 90,
};

export const settings: InForce = { ...DEFAULTS };
export const refused = new Set<string>();

/** Take over what is given; what is left out stays, and `undefined` brings a default back. */
export function change(given: Settings): void {
  take(given, "enabled", (value) => typeof value === "boolean");
  take(given, "endpoint", isAddress);
  take(given, "token", (value) => typeof value === "string" && /^[!-~]{1,1000}$/.test(value));
  take(given, "interval", (value) => isAtLeast(value, 1));
  take(given, "maxCharacters", (value) => isAtLeast(value, 0));
  take(given, "keepDays", (value) => isAtLeast(value, 1));
}

function take<Name extends keyof InForce>(given: Settings, name: Name, fits: (value: unknown) => boolean): void {
  if (!(name in given)) return;
  const value = given[name];
  refused.delete(name);
  if (value === undefined) settings[name] = DEFAULTS[name];
  else if (fits(value)) settings[name] = value as InForce[Name];
  else refused.add(name);
}

function isAtLeast(value: unknown, least: number): boolean {
  return typeof value === "number" && Number.isFinite(value) && value >= least;
}

function isAddress(value: unknown): boolean {
  try {
    return typeof value === "string" && /^https?:$/.test(new URL(value, location.href).protocol);
  } catch {
    return false;
  }
}
