timeout = 3  # expect: test_only
retries = 3  # expect: test_only
delay = 3  # expect: test_only
unpatched = 3  # expect: unreached


class Client:
    def send(self):  # expect: test_only
        return 1

    def shut(self):  # expect: test_only
        return 1

    def other(self):  # expect: unreached
        return 1


def client():
    return Client()
