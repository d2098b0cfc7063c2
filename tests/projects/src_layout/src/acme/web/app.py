import acme.core
from acme.web import pages


def main():
    engine = acme.core.Engine()
    return engine.start(), pages.home()
