"""Source to reachability: discover, extract, resolve, entry points, routes, opinions.

In: files and rules; out: `Analysis`.
"""
