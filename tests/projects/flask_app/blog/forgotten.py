# The whole module: nothing registers its blueprint. expect-module: unreached
from flask import Blueprint

bp = Blueprint("forgotten", __name__)


@bp.route("/forgotten")
def forgotten():
    return "nobody asks"


@bp.before_request
def forgotten_hook():
    return None
