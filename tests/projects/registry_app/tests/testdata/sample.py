class Sample:
    pass
