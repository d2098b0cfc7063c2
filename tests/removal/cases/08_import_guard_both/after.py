import os

try:
    from speed import slow
except ImportError:
    slow = None

print(os.sep, slow)
