from aiohttp import web

from feed.app import make_app

web.run_app(make_app())
