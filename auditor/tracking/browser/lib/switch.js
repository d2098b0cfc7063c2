/**
 * Whether to count now. In: the settings, two flags, the build and the page's address. Out: yes or no, and why.
 *
 * `AUDITOR_TRACKING` in localStorage or on `window` turns counting off whatever else says; any value but a word for
 * "on" does.
 */
import { settings } from "./settings.js";
const FLAG = "AUDITOR_TRACKING";
const ON_WORDS = ["", "on", "1", "true", "yes"];
const LOCAL = /^(|localhost|.*\.localhost|127(\.\d+){3}|0\.0\.0\.0|\[::1\])$/;
const HOLDS_MS = 1000;
let answer = false;
let answered = -Infinity;
/** Return whether to count now; `now` is in epoch milliseconds. Asks again every second, and of `window` each time. */
export function isOn(now) {
    if (now - answered < HOLDS_MS && now >= answered && globalThis[FLAG] === undefined)
        return answer;
    answered = now;
    answer = whyOff() === "";
    return answer;
}
/** Ask anew at the next use. */
export function askAgain() {
    answered = -Infinity;
}
/** Return why nothing is counted, empty where counting is on. */
export function whyOff() {
    if (typeof window === "undefined" || typeof location === "undefined")
        return "this is no page of a browser";
    if (isOffWord(globalThis[FLAG]))
        return `window.${FLAG} turns it off`;
    if (isOffWord(stored()))
        return `${FLAG} in localStorage turns it off`;
    if (settings.enabled === false)
        return "configure({enabled: false}) turned it off";
    if (settings.enabled === true)
        return "";
    if (LOCAL.test(location.hostname))
        return "the page is on this machine; configure({enabled: true}) counts here too";
    const production = isProductionBuild();
    if (production === true)
        return "";
    if (production === false)
        return "this is no production build";
    return "the build does not say that it is for production; configure({enabled: true}) does";
}
function isOffWord(value) {
    return value !== undefined && value !== null && !ON_WORDS.includes(String(value).trim().toLowerCase());
}
function stored() {
    try {
        return localStorage.getItem(FLAG);
    }
    catch {
        return null;
    }
}
/** Return what the build says, undefined where it says nothing. Bundlers put their values in place of both names. */
function isProductionBuild() {
    const production = import.meta.env?.PROD;
    if (production !== undefined)
        return production;
    try {
        const mode = process.env.NODE_ENV;
        return mode === undefined ? undefined : mode === "production";
    }
    catch {
        return undefined;
    }
}
