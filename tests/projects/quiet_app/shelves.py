from __future__ import annotations


class Shelf:
    """What it keeps are containers, though nobody says so."""

    def __init__(self, boxes=None):
        self._desks = boxes or []

    @property
    def desks(self):
        return self._desks

    @desks.setter
    def desks(self, desks):
        self._desks = desks
