import os
import re
from pathlib import Path

handler = register("orders")
kept = chained = start()
plain = (1 + 2) * len("abc")
typed: int = (
    connect()
    + 1
)
pattern = re.compile(r"a+")
secret = os.environ["SECRET"]
path = Path("a") / "b"
