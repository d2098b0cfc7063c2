"""A module whose import an importer may want for its effect: a call in its body."""

import codecs

codecs.register(lambda name: None)
WIDTH = 3  # expect: unreached
