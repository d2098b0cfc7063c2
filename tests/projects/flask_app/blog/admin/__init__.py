from flask import Blueprint

from blog.admin.reports import reports

admin = Blueprint("admin", __name__, url_prefix="/admin")
admin.register_blueprint(reports, url_prefix="/reports")


@admin.route("")
def dashboard():
    return "dashboard"
