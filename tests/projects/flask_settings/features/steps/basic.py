from behave import given


@given("a thing")
def step_thing(context):
    context.thing = 1
