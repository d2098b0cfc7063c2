import sys

import jinja2


class Page:
    @property
    def headline(self):
        return "shown by the template"

    def lines(self):
        return []

    def subtitle(self):  # expect: unreached
        return "the template says this word only outside of its tags and in a comment"

    def byline(self):  # expect: unreached
        return "the template only has this word in a text to translate"

    def strapline(self):  # expect: unreached
        return "the template takes this from its context, not from the page"

    @property
    def weight(self):
        return 1

    def total(self):
        return 2


def render(name):
    loader = jinja2.Environment(loader=jinja2.FileSystemLoader("templates"))
    return loader.get_template(name).render(page=Page())


if __name__ == "__main__":
    render(sys.argv[1])
