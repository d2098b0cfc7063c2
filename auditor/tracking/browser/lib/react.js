"use client";
/** The React hook, apart from the rest so that nothing else needs React. React 18 and 19. */
import { useEffect, useRef } from "react";
import { trackComponent } from "./index.js";
/**
 * Count a component once for each time it is mounted, not for each render. `StrictMode` runs effects twice and keeps
 * what a ref holds: it counts once there too. Nothing is counted on a server.
 */
export function useTrackComponent(name) {
    const counted = useRef(undefined);
    useEffect(() => {
        if (counted.current === name)
            return;
        counted.current = name;
        trackComponent(name);
    }, [name]);
}
