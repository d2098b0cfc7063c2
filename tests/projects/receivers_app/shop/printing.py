class Printer:
    def feed(self):
        return None


class Plotter:  # expect: unreached
    def feed(self):
        return None
