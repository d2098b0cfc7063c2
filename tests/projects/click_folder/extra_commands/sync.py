def reads():
    return []


def sync():
    return reads()
