dead = live = 3
top = dead_not = [1]
both = twice = {"a": 1}
head = tail = both_live = 4
