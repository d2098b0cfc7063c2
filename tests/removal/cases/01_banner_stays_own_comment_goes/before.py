# Licence of the file.
# It speaks of no function.
import os

LIMIT = 3

# ---------------------------------------------------------------------------
# Prices
# ---------------------------------------------------------------------------


# Speaks of dead alone.
# In two lines.
def dead():
    return os.name
    # a last word inside the body


# Speaks of the neighbour.
def live():
    return os.sep


# === Discounts ===
# also_dead halves the price
def also_dead():
    return 1


# fmt: off
# region tables
def fmt_dead(): return  1
# endregion
# fmt: on
TABLE = [1,  2]
