# fmt: off
def dead():
    return [1,  2]
    # what it said last
    # fmt: on


def boxed():
    # region inside
    x = [1,  2]
    return x
    # endregion


class Table:
    # isort: off
    rows = [1,  2]  # fmt: skip
    # isort: on
    columns = 1
