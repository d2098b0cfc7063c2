async def connect(app):
    app["db"] = None


async def session(app):
    app["session"] = 1
    yield
    await close(app)


async def close(app):
    return app


async def reconnect(app):  # expect: unreached
    await close(app)
