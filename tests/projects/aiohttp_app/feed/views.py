from aiohttp import web

routes = web.RouteTableDef()


class ItemView(web.View):
    async def get(self):
        return web.json_response(self.shown())

    async def delete(self):
        return web.Response()

    def shown(self):
        return {}

    async def fetch(self):  # expect: unreached
        return self.shown()


class OldView(web.View):  # expect: unreached
    async def get(self):
        return web.Response()


@routes.get("/")
async def index(request):
    return web.Response(text=page())


@routes.view("/me")
class Me(web.View):
    async def get(self):
        return web.Response()

    async def purge(self):  # expect: unreached
        return web.Response()


def page():
    return ""


def old_page():  # expect: unreached
    return ""
