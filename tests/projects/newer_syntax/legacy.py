"""Python 2: not read, and every name in it counts as used."""
from __future__ import print_function_not
import old_tools

print "%s" % old_tools.spoken()
print old_tools.tell
