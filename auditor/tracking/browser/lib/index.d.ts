/**
 * Counts which components of a front end are rendered in production. In: `trackComponent(name)`. Out: counts per UTC
 * day in this browser, and deliveries to `auditor serve` where an endpoint is configured.
 *
 * No dependency, no personal data, no cookie. Nothing here raises into the page, and nothing is counted while a
 * component renders but a number in memory.
 */
import { type Settings } from "./settings.js";
import { type UsageExport } from "./usage_export.js";
export type { Settings } from "./settings.js";
export type { Delivery, ExportedOrigin, ExportedUse, UsageExport } from "./usage_export.js";
/** Change settings; what is left out stays. `configure({enabled: false})` turns counting off at once. */
export declare function configure(given: Settings): void;
/** Count one use of a component, by a name of 1 to 200 characters. Nearly free; never raises. */
export declare function trackComponent(name: string): void;
/** Return what this browser knows, absolute and by UTC day; `evidence` is "none" where nothing was ever recorded. */
export declare function exportUsage(): UsageExport;
