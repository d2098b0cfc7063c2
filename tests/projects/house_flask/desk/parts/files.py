from flask import Blueprint

from desk.wrapping import Versioned, signed_in

blueprint = Blueprint("files", __name__)
versioned = Versioned("versioned", 2)


@blueprint.route("/files/<path:name>")
@signed_in
def file(name):
    return name


@versioned.route("/files")
def files():
    return {}
