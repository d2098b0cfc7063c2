import sys

import hooks
from parts import Desk
from shelves import Shelf


def main(argv):
    shelf = Shelf()
    hooks.register(argv[0])
    desk = Desk(shelf, argv[1])
    desk.close()
    return desk.report({"width": 3}), hooks.named(desk, argv[2]), hooks.scheduled(), hooks.drain(argv)


if __name__ == "__main__":
    main(sys.argv)
