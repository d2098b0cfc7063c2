# expect-module: unreached
print("never imported")
