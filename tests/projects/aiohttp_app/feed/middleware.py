from aiohttp import web


@web.middleware
async def measured(request, handler):
    return await handler(request)


@web.middleware
async def unmeasured(request, handler):  # expect: unreached
    return await handler(request)
