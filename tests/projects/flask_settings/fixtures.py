# expect-module: test_only
def start():  # expect: test_only
    return None
