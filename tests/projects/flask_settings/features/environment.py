from fixtures import start


def before_all(context):
    start()


def leftover(context):  # expect: unreached
    return None
