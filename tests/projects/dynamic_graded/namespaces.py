def action_start():
    return 1


def action_stop():
    return 1


def passive_start():  # expect: unreached
    return 1


def by_get():
    return 1


def choose(name):
    def inner_one():
        return 1

    def inner_two():
        return 2

    def outer_one():  # expect: unreached
        return 3

    locals()[f"inner_{name}"]()
    return globals()[f"action_{name}"](), globals().get("by_get")
