def view_of(name):
    return lambda request: name


sign_in = view_of("red")
sign_out = view_of("red again")  # expect: unreached
