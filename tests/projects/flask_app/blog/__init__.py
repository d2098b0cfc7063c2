from flask import Flask


def create_app():
    app = Flask(__name__)

    from blog import posts, users
    from blog.admin import admin

    app.register_blueprint(posts.bp)
    app.register_blueprint(users.bp, url_prefix="/people")
    app.register_blueprint(admin)
    app.add_url_rule("/about/", "about", about)
    register_errors(app)

    @app.route("/health")
    def health():
        return "ok"

    return app


def about():
    return "about"


def register_errors(app: Flask):
    @app.errorhandler(404)
    def not_found(error):
        return page("gone"), 404


def page(text):
    return text


def old_page(text):  # expect: unreached
    return text
