"""Doc."""
from __future__ import annotations

import os
import dead
from pkg import other

print(os.sep)
