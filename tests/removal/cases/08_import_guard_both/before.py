import os

try:
    import ujson as json
except ImportError:
    import json

    HAS_JSON = False
else:
    HAS_JSON = True

try:
    from speed import fast, slow
except ImportError:
    fast = slow = None

try:
    import yaml
except ModuleNotFoundError:  # pragma: no cover
    yaml = None

print(os.sep, slow)
