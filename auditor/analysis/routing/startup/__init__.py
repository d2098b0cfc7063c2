"""Following start-up code without running it: what applications are built, and what is registered on them.

In: facts with the text of files that may take part. Out: values, and calls of framework models. Never imports the
application, never reads a file, always ends (a budget of steps bounds it).
"""
