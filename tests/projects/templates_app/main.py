import sys

import jinja2


class Page:
    @property
    def headline(self):
        return "shown by the template"

    def lines(self):
        return []

    def subtitle(self):  # expect: unreached
        return "the template says this word only outside of its tags"


def render(name):
    loader = jinja2.Environment(loader=jinja2.FileSystemLoader("templates"))
    return loader.get_template(name).render(page=Page())


if __name__ == "__main__":
    render(sys.argv[1])
