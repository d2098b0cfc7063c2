type Pair[T] = tuple[T, T]
type Kept = int


def first[T](pair: Pair[T]) -> T:
    return pair[0]


class Box[T]:
    value: T


def live[T](value: T) -> T:
    return value
