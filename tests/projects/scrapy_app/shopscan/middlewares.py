class Retry:
    def process_response(self, request, response, spider):
        return response

    def process_later(self, request):  # expect: unreached
        return request
