class Box:
    def __init__(self):
        self._size = 1

    def weight(self):
        return 2
