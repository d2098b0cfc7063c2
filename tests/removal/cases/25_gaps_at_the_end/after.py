class K:
    def a(self): ...


x = 1
