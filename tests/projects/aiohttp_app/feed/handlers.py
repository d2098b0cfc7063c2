from aiohttp import web


async def health(request):
    return web.json_response(report())


def report():
    return {"ok": True}


async def create(request):
    return web.json_response({}, status=201)


async def stats(request):
    return web.json_response({})


async def old(request):
    return web.json_response(old_report())


def old_report():
    return {}
