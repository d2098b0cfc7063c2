from . import shared

shared.ready()
