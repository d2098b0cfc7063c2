def view_of(name):
    return lambda request: name


sign_in = view_of("blue")
sign_out = view_of("blue again")  # expect: unreached
