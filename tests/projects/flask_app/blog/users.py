from flask import Blueprint

bp = Blueprint("users", __name__, url_prefix="/users")


@bp.route("/", methods=["GET", "POST"])
def index():
    return "all"


@bp.delete("/<uuid:user_id>")
def remove(user_id):
    return ""
