PREFIX = "on_"
