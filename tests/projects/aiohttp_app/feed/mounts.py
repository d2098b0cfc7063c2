from aiohttp import web


class AnyPath(web.Resource):
    """Not made by `add_resource`."""

    def __init__(self, prefix):
        super().__init__(name=prefix)
        self.prefix = prefix

    def freeze(self):
        return None


def mount(app):
    resource = AnyPath("/any")
    resource.add_route("*", serve)
    app.router.register_resource(resource)


async def serve(request):
    return web.Response()
