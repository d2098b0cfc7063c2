from flask import Blueprint

reports = Blueprint("reports", __name__, url_prefix="/never-used")


@reports.route("/monthly/<float:share>")
def monthly(share):
    return str(share)
