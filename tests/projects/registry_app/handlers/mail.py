class Mail:
    def send(self):  # expect: unreached
        return 1


def helper():
    return 1


LIMIT = 1
