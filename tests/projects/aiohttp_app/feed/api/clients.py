from aiohttp import web

from feed.api.tables import routes


@routes.get("/clients/{id}")
async def client(request):
    return web.json_response(described(request.match_info["id"]))


def described(name):
    return {"name": name}


def forgotten(name):  # expect: unreached
    return name
