from one import b
from two import first
from three import (
    keep,
)
from four import x, z  # all four

print(b, first, keep, x, z)
