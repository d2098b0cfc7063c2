"""Pictures for the page: SVG made of values, so that it needs no script, no network and no style of its own.

In: frozen values of a plan. Out: Markup. Each is a pure function: same values, same picture. Whatever it draws stands
beside it in numbers, told by shape or pattern as well as by colour; text is escaped. Colours are classes of the page's
style sheet, and attributes where there is none. Never reads a file or a clock.
"""
