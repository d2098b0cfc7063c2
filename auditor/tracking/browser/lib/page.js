/**
 * The life of the page. In: its events. Out: the right moments to write, to deliver and to give the tab's name back.
 */
import { write } from "./counter.js";
import { deliver, deliverLast } from "./delivery.js";
import { settings } from "./settings.js";
import { release } from "./stored.js";
const FIRST_DELIVERY_S = 20;
const JITTER = 0.2;
let listening = false;
let next;
/** Begin to listen and to deliver; once is enough. */
export function begin() {
    if (!listening) {
        listening = true;
        document.addEventListener("visibilitychange", () => {
            if (document.visibilityState === "hidden")
                quietly(deliverLast);
        });
        addEventListener("pagehide", () => {
            quietly(deliverLast);
            quietly(release);
        });
    }
    if (next === undefined && settings.endpoint !== undefined)
        later(Math.min(FIRST_DELIVERY_S, settings.interval));
}
/** Stop at once: what waits in memory goes, and nothing more is delivered. */
export function stop() {
    if (next !== undefined)
        clearTimeout(next);
    next = undefined;
    write();
}
/** Deliver after so many seconds, less up to a fifth: pages that were opened together do not knock together. */
function later(seconds) {
    const pause = 1000 * seconds * (1 - JITTER * Math.random());
    next = setTimeout(() => {
        void deliver().finally(() => later(settings.interval));
    }, pause);
}
function quietly(action) {
    try {
        action();
    }
    catch {
        // the page must go on
    }
}
