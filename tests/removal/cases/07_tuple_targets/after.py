_, live = 1, 2
first, *_ = [1, 2, 3]
(outer, (_, other)) = (1, (2, 3))
_, _ = load()
