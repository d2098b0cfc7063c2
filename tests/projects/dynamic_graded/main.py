import importlib
import operator
import pkgutil
import sys

import evaluating
import lookups
import namespaces
import patched
import proxies
import tools
import walked
from constants import PREFIX

PLUGIN = "plugins.by_default"


def load(name=PLUGIN):
    return importlib.import_module(name).start()


def walk():
    for found in pkgutil.iter_modules(walked.__path__):
        importlib.import_module(f"{walked.__name__}.{found.name}")


def relative(name):
    return importlib.import_module(f".rel_{name}", package="plugins")


def main(argv):
    load()
    walk()
    relative(argv[0])
    lookups.Loop().run(argv[1])
    lookups.Suffix().run(argv[1])
    lookups.fetch(argv)
    namespaces.choose(argv[2])
    proxies.call(proxies.Given(), argv[3])
    proxies.Proxy(target=proxies.Wrapped()).forward(argv[3])
    evaluating.run(argv[4])
    tools.start(argv[5])
    patched.client()
    print(PREFIX, [*map(operator.methodcaller("close"), lookups.records())])


if __name__ == "__main__":
    main(sys.argv[1:])
