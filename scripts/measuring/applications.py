"""The applications that are measured: where they come from, how they are installed, how their tests run.

In: nothing. Out: `APPLICATIONS`. Versions and digests are fixed; `pins` hold what a fresh install would get too new.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

PYTEST = "pytest==8.4.2"


class Application(NamedTuple):
    """One source distribution of PyPI.

    `production` are the directories and files, relative to its top, whose definitions are compared. `tests` are
    arguments of pytest. `requires` is installed besides the distribution itself (with `extras`); `pins` are pip
    constraints. `environment` is set while the tests run, in the directory `below`; a value's `{tree}` is the top.
    `routes` is the probe that asks the framework itself, with its arguments; empty where there is none. `aside` are
    patterns of rows (`METHOD template handler`) that are compared with nothing, with the reason why. `wheel`: what is
    installed is the distribution's wheel, since building it takes more than Python.
    """

    name: str
    version: str
    sha256: str
    kind: Literal["application", "library"]
    shape: str
    production: tuple[str, ...]
    tests: tuple[str, ...] = ("tests",)
    extras: str = ""
    requires: tuple[str, ...] = (PYTEST,)
    pins: tuple[str, ...] = ()
    environment: Mapping[str, str] = {}
    below: str = ""
    routes: tuple[str, ...] = ()
    aside: Mapping[str, str] = {}
    wheel: bool = False


APPLICATIONS = (
    Application(
        "ihatemoney", "6.1.5", "32f5234892af6909a0f4b40da01a0b0af2f16497a335305cdf380f8e3b26eed7",
        "application", "Flask", ("ihatemoney",), ("ihatemoney/tests",),
        requires=(PYTEST, "pytest-flask", "flask-testing", "libfaketime"),
        routes=("route_probe.py", "--app", "ihatemoney.run:create_app", "--factory"),
    ),
    Application(
        "httpbin", "0.10.2", "632148698261c8684ea2d2b624cdea845b402b1fe91736e89df886408c6317a9",
        "application", "Flask", ("httpbin",), routes=("route_probe.py", "--app", "httpbin:app"),
    ),
    Application(
        "flower", "2.0.1", "5ab717b979530770c16afb48b50d2a98d23c3e9fe39851dcf6bc4d01845a02a0",
        "application", "Tornado, Celery", ("flower",), ("tests/unit",),
        routes=("route_probe.py", "--app", "flower.app:Flower", "--factory"),
    ),
    Application(
        "httpie", "3.2.4", "302ad436c3dc14fd0d1b19d4572ef8d62b146bcd94b505f3c2521f701e2e7a2a",
        "application", "CLI, argparse", ("httpie",), extras="test", requires=("pytest<8",),
    ),
    Application(
        "litecli", "1.15.0", "3285997f57b2d72dc70e9856cb302cddd8de07b0cebf5c90a60ecd20a053cd79",
        "application", "CLI, prompt", ("litecli",), requires=(PYTEST, "mock", "llm"),
    ),
    Application(
        "cookiecutter", "2.6.0", "db21f8169ea4f4fdc2408d48ca44859349de2647fbe494a9d6c3edfc0542c21c",
        "application", "CLI, Click", ("cookiecutter",), requires=(PYTEST, "pytest-mock", "freezegun"),
    ),
    Application(
        "toot", "0.51.0", "48e2c422c92aebca20c1913238b6dbff969a048ee4eaa70d62921a1e58415797",
        "application", "CLI, Click", ("toot",), ("tests", "--ignore=tests/integration"),
        requires=(PYTEST, "pyyaml", "typing-extensions", "pillow", "term-image"),
    ),
    Application(
        "django-helpdesk", "1.6.0", "e8f1fe13ea98199929579e24b9866bf1b21896f0d81db0386fb48b4185f4fca1",
        "application", "Django, DRF", ("helpdesk",), ("helpdesk/tests",),
        requires=(PYTEST, "pytest-django", "freezegun", "factory_boy", "faker", "mock", "numpy", "Django<5.2"),
        environment={"DJANGO_SETTINGS_MODULE": "demodesk.config.settings", "PYTHONPATH": "{tree}/demo"},
        routes=("route_probe_django.py", "."),
    ),
    Application(
        "django-silk", "5.4.3", "bedb17c8fd9c029a7746cb947864f5c9ea943ae33d6a9581e60f67c45e4490ad",
        "library", "Django", ("silk",), ("tests",), below="project",
        requires=(PYTEST, "pytest-django==4.11.1", "factory-boy==3.3.3", "freezegun==1.5.3", "networkx", "pillow",
                  "pydot", "pygments", "Django<5.3"),
        environment={"DB_ENGINE": "sqlite3", "DB_NAME": ":memory:", "PYTHONPATH": "{tree}"},
    ),
    Application(
        "fastapi-users", "15.0.1", "c822755c1288740a919636d3463797e54df91b53c1c6f4917693d499867d21a7",
        "library", "FastAPI", ("fastapi_users",), extras="sqlalchemy,beanie,oauth,redis",
        requires=(PYTEST, "pytest-asyncio<1.3", "pytest-mock", "httpx", "asgi_lifespan"),
    ),
    Application(
        "sqlite-utils", "3.38", "1ae77b931384052205a15478d429464f6c67a3ac3b4eafd3c674ac900f623aab",
        "library", "CLI, library", ("sqlite_utils",), requires=(PYTEST, "hypothesis"), pins=("click<8.2",),
    ),
    Application(
        "starlette", "0.50.0", "a2a17b22203254bcbc2e1f926d2d55f3f9497f769416b3190768befe598fa3ca",
        "library", "library, ASGI", ("starlette",), extras="full",
        requires=("pytest==8.4.1", "trio==0.30.0"), pins=("anyio==4.9.0",),
    ),
    Application(
        "flask", "3.1.2", "bf656c15c80190ed628ad08cdfd3aaa35beb087855e2f494910aa3774cc4fd87",
        "library", "library, WSGI", ("src/flask",), extras="async,dotenv",
    ),
    Application(
        "gns3-server", "3.0.5", "b37e2b427da841d10a73b7a9d64566229bf5b4023ece447cb665aa1dcf61eaea",
        "application", "FastAPI", ("gns3server",), routes=("route_probe.py", "--app", "gns3server.api.server:app"),
        requires=("pytest==8.3.4", "pytest-timeout==2.3.1", "pytest-asyncio==0.25.2", "requests", "httpx==0.28.1",
                  "httpx_ws==0.7.1"),
        aside={
            "GET / gns3server.api.routes.compute.notifications:*": "an application of a main guard serves it",
            "WEBSOCKET /notifications/ws *": "an application of a main guard serves it",
        },
    ),
    Application(
        "pgcli", "4.3.0", "765ae1550c5508a481f19f16a99716c253fe91afb255797add2d635da20b6aef",
        "application", "CLI, Click, prompt", ("pgcli",), ("tests", "--ignore=tests/features"),
        requires=(PYTEST, "sshtunnel", "psycopg[binary]"), pins=("paramiko<4",),
    ),
)  # fmt: skip
