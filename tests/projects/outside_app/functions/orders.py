def create(event, context):
    return event, context


def cancel(event, context):  # expect: unreached
    return event, context
