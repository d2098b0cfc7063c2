class Box:
    def __init__(self):
        self._size = 1

    # the size in litres
    @property
    def size(self):
        return self._size

    @size.setter
    def size(self, value):
        self._size = value

    @size.deleter
    def size(self):
        del self._size

    def weight(self):
        return 2
