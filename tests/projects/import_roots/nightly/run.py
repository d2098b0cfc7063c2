"""Started as `python nightly/run.py`: the `__init__.py` beside it is a stray, no import goes through it."""

from ledger import close

if __name__ == "__main__":
    close()
