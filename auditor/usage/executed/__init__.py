"""Lines that production executed, as coverage.py records them, to the functions whose bodies ran."""
