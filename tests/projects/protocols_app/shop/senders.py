class Mail:
    address = "a@example.org"

    def send(self, text):
        return Slip()

    def retry(self):  # expect: unreached
        return None


class Text:
    def __init__(self, address):
        self.address = address

    def send(self, text):
        return Slip()


class Radio:
    """Has no address: it is no sender."""

    def send(self, text):  # expect: unreached
        return None

    def tune(self):
        return None


class Fax:  # expect: unreached
    address = "1"

    def send(self, text):
        return None


class Slip:
    def confirm(self):
        return True

    def print_out(self):
        return ""


class Bill:
    def confirm(self):  # expect: unreached
        return True

    def tear(self):
        return ""
