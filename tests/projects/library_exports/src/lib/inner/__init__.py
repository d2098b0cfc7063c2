from lib.inner.texts import joined, parted

__all__ = ["joined", "parted"]
