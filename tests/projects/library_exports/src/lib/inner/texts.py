def joined(parts):
    return _trimmed("".join(parts))


def parted(text):  # expect: unreached
    return list(text)


def doubled(text):  # expect: unreached
    return text * 2


def _trimmed(text):
    return text.strip()
