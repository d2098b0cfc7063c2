import os
import re
from pathlib import Path

register("orders")
kept = start()
(
    connect()
    + 1
)
os.environ["SECRET"]
