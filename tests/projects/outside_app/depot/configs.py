class Production:
    SECRET = "from the environment"

    def never_called(self):  # expect: unreached
        return self.SECRET


class Staging:  # expect: unreached
    SECRET = "x"
