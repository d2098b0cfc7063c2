class Post:
    pass


class Pigeon:  # expect: unreached
    pass
