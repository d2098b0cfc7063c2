import functools

from flask import Blueprint


class Versioned(Blueprint):
    def __init__(self, name, version):
        super().__init__(name, __name__, url_prefix=f"/v{version}")

    def add_url_rule(self, rule, *args, **options):
        super().add_url_rule(f"/public{rule}", *args, **options)


def register_view(blueprint, routes, view_func, **options):
    for route in routes:
        blueprint.add_url_rule(route, view_func=view_func, **options)


def add_resource(app, view, *urls):
    app.add_url_rule(urls[0], view_func=view.as_view(view.__name__))
    for url in urls[1:]:
        app.add_url_rule(url, view_func=view.as_view(f"{view.__name__}-{url}"))


def signed_in(view):
    @functools.wraps(view)
    def guarded(*args, **kwargs):
        return view(*args, **kwargs)

    return guarded
