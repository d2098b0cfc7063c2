def clean():
    return 1


class Packer:
    def pack(self):
        return 1

    def unpack(self):  # expect: unreached
        return 2


def described():  # expect: unreached
    return 1


def only_tested():  # expect: test_only
    return 1
