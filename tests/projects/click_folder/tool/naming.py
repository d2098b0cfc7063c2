def file_of(folder, name):
    return folder / f"{name}.py"


def stem_of(path):  # expect: unreached
    return path.stem
