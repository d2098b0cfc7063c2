def opened() -> bool:
    return True
