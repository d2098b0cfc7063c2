"""The retirement of one named symbol across a whole repository.

In: a symbol, the joined program, the text of files, tables, observations. Out: `Retirement`, `Residue`. Pure: never
reads a file, a clock or git, and never edits anything: the steps are for people.
"""
