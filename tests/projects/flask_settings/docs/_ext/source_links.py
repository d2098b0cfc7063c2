def resolve(domain):
    return domain


def old(domain):  # expect: unreached
    return domain
