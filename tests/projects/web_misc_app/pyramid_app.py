from pyramid.config import Configurator
from pyramid.view import view_config


@view_config(route_name="home", renderer="json")
def home(request):
    return data()


def data():
    return {}


def old_home(request):  # expect: unreached
    return {}


def includeme(config):
    config.scan()


if __name__ == "__main__":
    Configurator().make_wsgi_app()
