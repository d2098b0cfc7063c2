a_dead, live = 1, 2
x, y = 1, 2
first, *rest = [1, 2, 3]
(outer, (inner, other)) = (1, (2, 3))
p, q = load()
