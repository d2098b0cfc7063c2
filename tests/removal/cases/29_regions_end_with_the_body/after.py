# fmt: off
    # fmt: on


class Table:
    # isort: off
    # isort: on
    columns = 1
