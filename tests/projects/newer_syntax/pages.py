class Page:
    title = ""

    def foot(self):
        return ""

    def never(self):  # expect: unreached
        return ""


def escape(text):
    return text


def footer():
    return ""


def header():
    return ""


mark = "m"


def width():
    return 80


def never_shown():  # expect: unreached
    return ""
