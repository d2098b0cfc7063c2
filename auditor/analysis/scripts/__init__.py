"""JavaScript and TypeScript by their text: which file imports which, and which components a file tracks."""
