"""One registration: what is handed over, or named, so that something calls it by itself later on.

In: nothing. Out: the struct. It has no name by which the outside calls it: what has one is an end.
"""

import msgspec

from auditor.model.code import DefinitionId


class Registration(msgspec.Struct, frozen=True):
    """One definition that is registered.

    `target` is a definition's id, or a dotted name where it lies outside of the tree. Registrations of one `sort` can
    take each other's place. `owner` is the settings module that names it, or the dotted name of what it is registered
    on. `how` says who registers it and where. `decorated`: by a decorator, so that it is an end as well.
    `each_request`: it runs with every request. `app`: the package of an installed application, which brings what lies
    in it. `source` is the code that calls, empty for settings. `whole`: it does all that others of its sort do, as the
    one `lifespan` of an application.
    """

    sort: str
    target: DefinitionId
    owner: str
    how: str
    decorated: bool = False
    each_request: bool = False
    app: bool = False
    source: DefinitionId = ""
    whole: bool = False
