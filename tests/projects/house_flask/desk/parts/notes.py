from flask import Blueprint

blueprint = Blueprint("notes", __name__, url_prefix="/notes")
comments = Blueprint("comments", __name__, url_prefix="/<int:note>/comments")


@blueprint.get("/")
def notes():
    return {}


@comments.route("/", methods=["GET", "POST"])
def comments_of(note):
    return {"note": note}


blueprint.register_blueprint(comments)
