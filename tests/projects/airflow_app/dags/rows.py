"""Imported by nothing, and no DAG stands in it."""  # expect-module: unreached


def row():
    return 1
