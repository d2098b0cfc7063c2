class Dynamic:
    ROBOT_LIBRARY_SCOPE = "TEST"

    def get_keyword_names(self):
        return self.known()

    def run_keyword(self, name, args, kwargs):
        return name

    def get_keyword_documentation(self, name):
        return name

    def known(self):
        return ["buy"]


def _unknown():  # expect: unreached
    return []
