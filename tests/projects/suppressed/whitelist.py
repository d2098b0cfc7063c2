listed  # unused function (main.py:29)
_.gone_long_ago  # expect: local
