from bills.web import app

application = app
