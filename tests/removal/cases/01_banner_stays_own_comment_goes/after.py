# Licence of the file.
# It speaks of no function.
import os

LIMIT = 3

# ---------------------------------------------------------------------------
# Prices
# ---------------------------------------------------------------------------


# Speaks of the neighbour.
def live():
    return os.sep


# === Discounts ===


# fmt: off
# region tables
# endregion
# fmt: on
TABLE = [1,  2]
