def dispatch(given, name):
    return getattr(given.inner, name)()
