def compute(text):
    return eval(text)


def only_eval_could_tell():
    return 1
