from app import registry


@registry.page("/new")
def new_page():
    return "new"
