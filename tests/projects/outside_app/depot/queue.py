app = object()
unused = object()  # expect: unreached
