"""What routes an application has, by its framework's own account. Run inside the application's own environment.

    python route_probe.py --app module:attribute [--factory] [--call KEYWORDS_AS_JSON] [--before module:function]

In: an importable application, or a factory of one. Out: JSON on stdout, `{"framework": …, "rows": [{"method",
"template", "handler", "syntax"}]}`; `template` in the framework's own syntax, which `syntax` names; `handler` is
`module:qualified.name` of what serves, wrappers of `functools` looked through. `HEAD` and `OPTIONS` are left out where
something else is served. Imports nothing of auditor: it runs under any Python from 3.8 on and any version of a
framework. Django's resolver is asked by `route_probe_django`.
"""

# ruff: noqa: ANN001, ANN201 - runs as it is under old Pythons, whose annotations differ

import argparse
import asyncio
import contextlib
import importlib
import inspect
import io
import json
import os
import sys
from pathlib import Path

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "HEAD", "OPTIONS")


def main():
    """Import, ask, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--app", required=True, help="module:attribute, dotted attributes allowed")
    parser.add_argument("--factory", action="store_true", help="call what --app names")
    parser.add_argument("--call", default="{}", help="keyword arguments of the factory, as JSON")
    parser.add_argument("--before", help="module:attribute of what is called first")
    given = parser.parse_args()
    sys.path.insert(0, str(Path.cwd()))
    with contextlib.redirect_stdout(io.StringIO()):
        if given.before:
            load(given.before)()
        app = load(given.app)
        if given.factory:
            app = app(**json.loads(given.call))
        if inspect.iscoroutine(app):
            app = asyncio.new_event_loop().run_until_complete(app)
        framework, rows = table(app)
    json.dump({"framework": framework, "rows": rows}, sys.stdout, indent=0)
    sys.stdout.flush()
    os._exit(0)  # threads and event loops of the application must not keep us


def load(target):
    """Return what `module:attribute` names."""
    module, _, attribute = target.partition(":")
    found = importlib.import_module(module)
    for part in attribute.split("."):
        found = getattr(found, part)
    return found


def table(app):
    """Return the framework's name and its rows."""
    for _ in range(10):
        if hasattr(app, "url_map"):
            return "flask", flask_rows(app)
        if hasattr(app, "router") and hasattr(app.router, "resources"):
            return "aiohttp", list(aiohttp_rows(app, ""))
        if hasattr(app, "wildcard_router") or hasattr(app, "default_router"):
            return "tornado", list(tornado_rows(app.default_router, ""))
        if isinstance(getattr(app, "routes", None), list):
            return "asgi", list(asgi_rows(app.routes, ""))
        app = getattr(app, "app", None)
    raise SystemExit("no application of a known framework")


def handler(endpoint):
    """Return `module:qualified.name` of what serves."""
    for _ in range(20):
        inner = getattr(endpoint, "view_class", None) or getattr(endpoint, "func", None)
        inner = inner or getattr(endpoint, "__wrapped__", None) or getattr(endpoint, "__func__", None)
        if inner is None or inner is endpoint:
            break
        endpoint = inner
    if not hasattr(endpoint, "__qualname__"):
        endpoint = type(endpoint)
    return f"{endpoint.__module__}:{endpoint.__qualname__}"


def row(method, template, endpoint, syntax):
    """Return one row."""
    return {"method": method, "template": template, "handler": handler(endpoint), "syntax": syntax}


def own(methods):
    """Return the methods without those that frameworks add."""
    listed = [method for method in methods if method not in ("HEAD", "OPTIONS")]
    return sorted(listed) or sorted(method for method in methods if method == "HEAD") or sorted(methods)


# FastAPI, Starlette


def asgi_rows(routes, prefix, depth=0):
    """Yield the rows of a list of routes, in matching order, mounts and included routers opened."""
    for route in list(routes) if depth < 20 else ():
        if hasattr(route, "effective_route_contexts"):  # FastAPI from 0.137 on keeps an included router as one route
            contexts = list(route.effective_route_contexts())
            found = [getattr(context, "starlette_route", None) or context for context in contexts]
            yield from asgi_rows(found, prefix, depth + 1)
        elif getattr(route, "endpoint", None) is not None and isinstance(getattr(route, "path", None), str):
            for method in asgi_methods(route):
                yield row(method, prefix + route.path, route.endpoint, "braces")
        elif isinstance(getattr(route, "host", None), str):
            yield from asgi_rows(getattr(route, "routes", None) or [], route.host + prefix, depth + 1)
        elif isinstance(getattr(route, "path", None), str):
            yield from asgi_rows(getattr(route, "routes", None) or [], prefix + route.path.rstrip("/"), depth + 1)


def asgi_methods(route):
    """Return the methods of a route."""
    if not hasattr(route, "methods"):
        return ["WEBSOCKET"]
    methods = set(route.methods or ())
    if not methods and inspect.isclass(route.endpoint):
        methods = {method for method in METHODS if hasattr(route.endpoint, method.lower())}
    return own(methods or {"ANY"})


# Flask


def flask_rows(app):
    """Return the rows of a URL map, in its own matching order."""
    rows = []
    for rule in app.url_map.iter_rules():
        view = app.view_functions.get(rule.endpoint)
        if view is None or rule.methods is None:
            continue
        rows += [row(method, rule.rule, view, "angles") for method in own(rule.methods)]
    return rows


# aiohttp


def aiohttp_rows(app, prefix):
    """Yield the rows of an application's resources; those of sub-applications carry their prefix already."""
    for resource in app.router.resources():
        inner = getattr(resource, "_app", None)
        if inner is not None:
            domain = getattr(getattr(resource, "_rule", None), "canonical", "")
            yield from aiohttp_rows(inner, prefix + domain)
            continue
        info = resource.get_info()
        path = info.get("path") or info.get("formatter") or ""
        if "pattern" in info:
            path = getattr(resource, "_orig_path", path)
            if not path.startswith(resource.canonical.split("{")[0]):  # the original lacks a sub-application's prefix
                path = info["formatter"]
        for route in resource:
            if type(route).__name__ == "ResourceRoute" and not getattr(resource, "_directory", None):
                yield from aiohttp_methods(route, prefix + path)


def aiohttp_methods(route, path):
    """Yield the rows of one route: a class answers for itself, `*` stands for any."""
    methods = [route.method]
    if route.method == "HEAD" and any(one.method == "GET" for one in route.resource):
        return
    if inspect.isclass(route.handler):
        methods = [method for method in METHODS if hasattr(route.handler, method.lower())]
    for method in own(methods):
        yield row("ANY" if method == "*" else method, path, route.handler, "aiohttp")


# Tornado


def tornado_rows(router, host):
    """Yield the rows of a router's rules, in matching order."""
    for rule in router.rules:
        matcher, target = rule.matcher, rule.target
        below = host
        pattern = getattr(getattr(matcher, "host_pattern", None), "pattern", None)
        if pattern is not None:
            below = "" if pattern in (".*$", ".*", "^.*$") else pattern
        if hasattr(target, "rules"):
            yield from tornado_rows(target, below)
        elif hasattr(target, "default_router"):
            yield from tornado_rows(target.default_router, below)
        else:
            path = getattr(getattr(matcher, "regex", None), "pattern", "")
            for method in tornado_methods(target):
                yield dict(row(method, path, target, "rule"), host=below)


def tornado_methods(target):
    """Return the methods that a handler's class has of its own."""
    from tornado.web import RequestHandler

    if any(base.__name__ == "WebSocketHandler" for base in getattr(target, "__mro__", ())):
        return ["WEBSOCKET"]
    refused = RequestHandler._unimplemented_method
    found = [method for method in METHODS if getattr(target, method.lower(), refused) is not refused]
    return [method for method in found if method not in ("HEAD", "OPTIONS")] or found


if __name__ == "__main__":
    main()
