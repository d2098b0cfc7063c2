def broken(request):
    return None


def unused_error(request):  # expect: unreached
    return None
