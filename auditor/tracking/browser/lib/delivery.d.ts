/**
 * Delivery to the service. In: records. Out: `POST`s of JSON as plain text, which need no preflight.
 *
 * Every few minutes by `fetch`, whose answer says whether the service took it; when the page is hidden by
 * `sendBeacon`, which says nothing: what went that way is delivered again until an answer was seen. Counts are
 * absolute, so that costs bytes and no truth. After a failure the pause doubles, up to an hour, for all pages of this
 * browser.
 */
/** Deliver what the service has not taken; do nothing where it is too early, or nothing is due. */
export declare function deliver(): Promise<void>;
/** Send what this page counted; it is about to be hidden or closed. */
export declare function deliverLast(): void;
