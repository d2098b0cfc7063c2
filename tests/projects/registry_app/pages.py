def render(text, *values):
    return text, values
