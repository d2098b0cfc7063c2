live = 3
top = dead_not = [1]
head = tail = both_live = 4
