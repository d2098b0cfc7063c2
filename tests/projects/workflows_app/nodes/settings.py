from nodes.hooks import Timing

HOOKS = (Timing(),)
CONFIG_LOADER_ARGS = {"base_env": "base"}
