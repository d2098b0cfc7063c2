def one(request):
    return None


def two(request):
    return None


def cart(request):
    return None


def basket(request):  # expect: unreached
    return None
