def count(items):
    return len(items)


if __name__ == "__main__":
    count([])
