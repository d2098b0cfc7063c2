import functools

HANDLERS = {}


def handles(name):
    def keep(function):
        HANDLERS[name] = function
        return function

    return keep


def logged(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


@handles("ship")
def ship():
    return shown()


@logged
def never_called():  # expect: unreached
    return 1


@logged
def shown():
    return cached_rate()


@functools.lru_cache
def cached_rate():
    return 1


@functools.lru_cache
def cached_and_dead():  # expect: unreached
    return 1


def dispatch(name):
    return HANDLERS[name]()


TABLE = {"a": ship, "b": never_called}  # expect: unreached
