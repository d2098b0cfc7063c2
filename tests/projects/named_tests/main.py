def used():
    return 1


def tested():  # expect: test_only
    return 1


if __name__ == "__main__":
    used()
