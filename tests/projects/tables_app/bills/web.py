from flask import Flask

from bills import pages
from bills.filters import counted
from bills.models import Bill, db

app = Flask(__name__)
db.init_app(app)


@app.route("/bills")
@counted
def bills():
    return [bill.id for bill in Bill.query if pages]
