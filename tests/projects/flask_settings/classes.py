class Base:
    CACHE = "simple"


class Production(Base):
    DEBUG = False


class Forgotten:  # expect: unreached
    DEBUG = True
