type Kept = int


def live[T](value: T) -> T:
    return value
