"""Started with `python backend/main.py`; tests import the package as one."""

from limits import daily

if __name__ == "__main__":
    print(daily(3))
