from one import a, b
from two import first, last
from three import (
    keep,
    only,
)
from four import x, mid, z  # all four

print(b, first, keep, x, z)
