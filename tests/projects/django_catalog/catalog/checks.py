from django.core.checks import Tags, register


@register(Tags.models)
def shelves_are_sound(app_configs, **keywords):
    return []


def unregistered(app_configs, **keywords):  # expect: unreached
    return []
