def main():
    print("depot")


def other():  # expect: unreached
    print("no script names this")
