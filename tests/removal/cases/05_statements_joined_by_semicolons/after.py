y = 2
z = 3  # why z
p = 1; q = 3;
