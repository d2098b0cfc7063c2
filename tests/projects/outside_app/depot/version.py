VERSION = "1.2"
OLD_VERSION = "1.1"  # expect: unreached
