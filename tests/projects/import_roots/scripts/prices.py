def read(path, rates):
    with open(path) as lines:
        return [float(one) * rates.euro() for one in lines]


def write(path):  # expect: unreached
    return path
