print("mypy imports its plugins")
