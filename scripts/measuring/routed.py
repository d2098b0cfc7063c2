"""The applications of which only the route tables are measured.

In: nothing. Out: `ROUTED`, besides the rows of `APPLICATIONS` that name a probe. What is `aside` is served by another
application of the same distribution, or only under a condition.
"""

from measuring.applications import Application

_MAUBOT = (
    '{"loop": null, "cfg": {"api_features": {"login": true, "plugin": true, "plugin_upload": true, "instance": true,'
    ' "instance_database": true, "client": true, "client_proxy": true, "client_auth": true, "dev_open": true,'
    ' "log": true}}}'
)
_OTHER_SERVER = "another application of the distribution serves it"

ROUTED = (
    Application(
        "zou", "1.0.97", "5114b1f16f351cc6287abc4d2c0f9325296ea5500d1653e33086bdf2919c1eea",
        "application", "Flask-RESTful", ("zou",), requires=(), wheel=True,
        environment={"SECRET_KEY": "measured-and-never-served"},
        routes=("route_probe.py", "--app", "zou.app:app"), aside={"* zou.event_stream:*": _OTHER_SERVER},
    ),
    Application(
        "flexget", "3.22.7", "a62d2b1518126f34379a08c5f09d1780cd3ae4e6fa943da59e7b0cd6fef0979b",
        "application", "flask-restx", ("flexget",), requires=(), wheel=True,
        routes=("route_probe.py", "--app", "flexget.api.app:api_app", "--before", "flexget.plugin:load_plugins"),
        aside={"* flexget.ui.*": _OTHER_SERVER, "* flexget.webserver:*": _OTHER_SERVER},
    ),
    Application(
        "maubot", "0.6.0", "657c3272d4e32a0d6cb1813a121735b350cf856c9cd3c748438310cfa1105c68",
        "application", "aiohttp", ("maubot",), requires=(), wheel=True,
        routes=("route_probe.py", "--app", "maubot.management.api:init", "--factory", "--call", _MAUBOT),
        aside={
            "* maubot.server:*": _OTHER_SERVER,
            "POST /debug/open *": "it is registered only where a setting names an editor",
        },
    ),
    Application(
        "pypi-browser-webapp", "0.0.12", "a1bd16e501a1854946e9726984ced25167e4b4b9736f5217339b0d62226d0c5b",
        "application", "Starlette", ("pypi_browser",), requires=(), wheel=True,
        routes=("route_probe.py", "--app", "pypi_browser.app:app"),
    ),
)  # fmt: skip
