import sys

sys.path.append("_ext")

import source_links

extensions = ["directives"]


def linkcode_resolve(domain, info):
    return source_links.resolve(domain)
