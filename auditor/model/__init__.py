"""The values that stages exchange, frozen and without I/O: code graph usage verdict plan gate report framework."""
