/**
 * Count a component once for each time it is mounted, not for each render. `StrictMode` runs effects twice and keeps
 * what a ref holds: it counts once there too. Nothing is counted on a server.
 */
export declare function useTrackComponent(name: string): void;
