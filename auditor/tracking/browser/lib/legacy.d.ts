/**
 * What older trackers left: `component_usage_NAME` in localStorage. In: a bare whole number, or JSON with a count and
 * perhaps the first and last render. Out: counts without days: they prove use, at some time, and nothing else.
 */
import { type Uses } from "./uses.js";
/** A use without a day: 0 stands for a time that is not known. */
export declare function legacyUses(): Uses;
