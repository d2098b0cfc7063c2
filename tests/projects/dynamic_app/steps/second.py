# expect-module: unreached
from . import shared

shared.never()
