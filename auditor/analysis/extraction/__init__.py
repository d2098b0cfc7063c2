"""One file to facts: parsing, scopes, types, dynamic access, local findings. A pure function of the file."""
