ATTEMPTS = 3
WAIT = 4  # expect: unreached
