/**
 * What a page decides. In: `configure()`. Out: the settings in force. Values that cannot be meant are left out and
 * named in `refused`; nothing is raised into the page.
 */
const DEFAULTS = {
    enabled: undefined,
    endpoint: undefined,
    token: undefined,
    interval: 300,
    maxCharacters: 200000,
    keepDays: 90,
};
export const settings = { ...DEFAULTS };
export const refused = new Set();
/** Take over what is given; what is left out stays, and `undefined` brings a default back. */
export function change(given) {
    take(given, "enabled", (value) => typeof value === "boolean");
    take(given, "endpoint", isAddress);
    take(given, "token", (value) => typeof value === "string" && /^[!-~]{1,1000}$/.test(value));
    take(given, "interval", (value) => isAtLeast(value, 1));
    take(given, "maxCharacters", (value) => isAtLeast(value, 0));
    take(given, "keepDays", (value) => isAtLeast(value, 1));
}
function take(given, name, fits) {
    if (!(name in given))
        return;
    const value = given[name];
    refused.delete(name);
    if (value === undefined)
        settings[name] = DEFAULTS[name];
    else if (fits(value))
        settings[name] = value;
    else
        refused.add(name);
}
function isAtLeast(value, least) {
    return typeof value === "number" && Number.isFinite(value) && value >= least;
}
function isAddress(value) {
    try {
        return typeof value === "string" && /^https?:$/.test(new URL(value, location.href).protocol);
    }
    catch {
        return false;
    }
}
