from decorator import decorator


@decorator
def counted(function, *args, **kwargs):
    return {"rows": function(*args, **kwargs)}


@decorator
def timed(function, *args, **kwargs):  # expect: unreached
    return function(*args, **kwargs)
