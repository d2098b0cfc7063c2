def plain(get_response):
    def middleware(request):
        return get_response(request)

    return middleware


def only_in_production(get_response):
    return get_response


class Counting:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_template_response(self, request, response):
        return response


def retired(get_response):  # expect: unreached
    return get_response
