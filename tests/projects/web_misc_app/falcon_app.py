import falcon


class Orders:
    def on_get(self, request, response):
        response.media = self.listed()

    def on_post_all(self, request, response):
        return None

    def listed(self):
        return []


class Timing:
    def process_request(self, request, response):
        return None

    def processed(self):  # expect: unreached
        return None


class Old:  # expect: unreached
    def on_get(self, request, response):
        return None


app = falcon.App(middleware=[Timing()])
app.add_route("/orders", Orders(), suffix="all")
