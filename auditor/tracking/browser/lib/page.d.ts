/**
 * The life of the page. In: its events. Out: the right moments to write, to deliver and to give the tab's name back.
 */
/** Begin to listen and to deliver; once is enough. */
export declare function begin(): void;
/** Stop at once: what waits in memory goes, and nothing more is delivered. */
export declare function stop(): void;
