from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()

payers = db.Table(
    "payers", db.Column("bill_id", db.ForeignKey("bill.id")), db.Column("id", db.ForeignKey("bill_payer.id"))
)


class Bill(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    archive = db.Column(db.Integer, db.ForeignKey("archive.id"))
    currency = db.Column(db.Integer, db.ForeignKey("money.currencies.id"))
    payers = db.relationship("BillPayer", secondary=payers)


class BillPayer(db.Model):
    id = db.Column(db.Integer, primary_key=True)


class Archive(db.Model):
    """Nothing makes one, but its table must be there for the foreign key."""

    id = db.Column(db.Integer, primary_key=True)

    @property
    def start(self):  # expect: unreached
        return None


class Currency(db.Model):
    __tablename__ = "currencies"

    id = db.Column(db.Integer, primary_key=True)


class Session(db.Model):  # expect: unreached
    id = db.Column(db.Integer, primary_key=True)


class Letter(db.Model):  # expect: unreached
    """A migration alone names its table."""

    id = db.Column(db.Integer, primary_key=True)
