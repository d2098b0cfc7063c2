"""What stands behind a class that hands on every name."""


class Engine:
    def spin(self):
        return None

    def stall(self):
        return None
