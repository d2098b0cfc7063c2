def live(): ...


class K:

    middle = 2


x = 1

y = 3
