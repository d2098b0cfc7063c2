class Site:
    """Stands for a framework's application in tests and tools: it keeps nothing."""

    def route(self, path):
        def decorate(function):
            return function

        return decorate

    def traced(self, label):  # expect: unreached
        def decorate(function):
            return function

        return decorate


site = Site()


@site.route("/bills")
def page():
    return "bills"


@site.traced("pages")
def traced():  # expect: unreached
    return "traced"
