import thing

print(thing.Kept)
