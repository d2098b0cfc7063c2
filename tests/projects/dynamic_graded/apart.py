class Inside:
    def never(self):  # expect: unreached
        return 1


class Outside:  # expect: unreached
    pass
