def make_formatter():
    return PlainFormatter()


class PlainFormatter:
    pass


class FancyFormatter:  # expect: unreached
    pass
