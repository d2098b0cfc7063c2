"""Which paths are JavaScript or TypeScript. In: a path. Out: yes or no. Never reads a file."""

SCRIPT_SUFFIXES = (".js", ".jsx", ".ts", ".tsx", ".mjs", ".cjs", ".mts", ".cts", ".vue", ".svelte")


def is_script(path: str) -> bool:
    """Return whether a path is that of JavaScript or TypeScript, declarations (`.d.ts`) included."""
    return path.endswith(SCRIPT_SUFFIXES)
