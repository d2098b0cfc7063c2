DEBUG = False
MAIL_SENDER = "a@example.org"


def helper():  # expect: unreached
    return 1
