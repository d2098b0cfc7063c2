class Guard:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, arguments, keywords):
        return None

    def process_exception(self, request, exception):
        return None

    def process_nothing(self, request):  # expect: unreached
        return None
