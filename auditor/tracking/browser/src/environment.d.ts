/** What a build may define; nothing of it needs to exist. */
interface ImportMeta {
  readonly env?: { readonly PROD?: boolean };
}

declare const process: { readonly env: { readonly NODE_ENV?: string } };

/** The two functions of React that the hook uses: React itself comes from the page's own build. */
declare module "react" {
  export function useEffect(effect: () => void, dependencies?: readonly unknown[]): void;
  export function useRef<Value>(initial: Value): { current: Value };
}
