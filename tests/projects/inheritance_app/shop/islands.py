"""Dead code keeps nothing alive; a class that is only named in a check or an annotation needs its methods called."""


class Engine:
    def start(self):
        return self.spark()

    def spark(self):
        return None

    def tune(self):  # expect: unreached
        return self.measure()

    def measure(self):  # expect: unreached
        return None


class Checked:
    """Only asked for: never made here, but somebody may hand one in."""

    def inspect(self):  # expect: unreached
        return None


class Annotated:
    def look(self):  # expect: unreached
        return None


def ping(count):  # expect: unreached
    return pong(count - 1)


def pong(count):  # expect: unreached
    return ping(count - 1)


def overhaul(engine: Engine):  # expect: unreached
    engine.tune()


def is_checked(one: "Annotated | None", other) -> bool:
    return isinstance(other, Checked)


def run():
    Engine().start(), is_checked(None, None)
