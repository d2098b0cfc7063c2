def page():
    return helper()


def helper():
    return "{{kit.name}}"
