y = 2; dead = 1
first = 1; z = 3  # why z
p = 1; a = 2; q = 3; b = 4;
