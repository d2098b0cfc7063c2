from functools import partial, wraps


def staff(view=None, login="login"):
    if view is None:
        return partial(staff, login=login)

    @wraps(view)
    def checked(request, *arguments, **keywords):
        return view(request, *arguments, **keywords)

    return checked


def page_of(name):
    def page(request):
        return name

    return page


def unused_wrapper(view):  # expect: unreached
    return view
