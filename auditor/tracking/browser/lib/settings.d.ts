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
export declare const settings: InForce;
export declare const refused: Set<string>;
/** Take over what is given; what is left out stays, and `undefined` brings a default back. */
export declare function change(given: Settings): void;
export {};
