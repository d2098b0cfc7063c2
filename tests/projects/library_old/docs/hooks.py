from mkdocs.config import Config


def on_config(config: Config):
    return config


def leftover():  # expect: unreached
    return 1
