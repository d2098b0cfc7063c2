from aiohttp import web


async def events(request):
    return web.Response(text=greeting())


def greeting():
    return "hello"


def farewell():  # expect: unreached
    return "bye"


async def init():  # gunicorn depot.web.stream:init --worker-class aiohttp.GunicornWebWorker
    site = web.Application()
    site.router.add_get("/events", events)
    return site
