/**
 * Whether to count now. In: the settings, two flags, the build and the page's address. Out: yes or no, and why.
 *
 * `AUDITOR_TRACKING` in localStorage or on `window` turns counting off whatever else says; any value but a word for
 * "on" does.
 */
/** Return whether to count now; `now` is in epoch milliseconds. Asks again every second, and of `window` each time. */
export declare function isOn(now: number): boolean;
/** Ask anew at the next use. */
export declare function askAgain(): void;
/** Return why nothing is counted, empty where counting is on. */
export declare function whyOff(): string;
