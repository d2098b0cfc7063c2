from app import registry


@registry.page("/new")
def new_page():
    return "new"


@registry.page("/old")
@registry.cached(
    seconds=3,  # short
)
async def old_page():
    return "old"
