from shop import bases, descriptors, dispatch, fields, islands, kinds, metas, mixins, operators, registries

if __name__ == "__main__":
    bases.run()
    bases.opened().load()
    mixins.run()
    metas.run("one")
    kinds.run("red")
    fields.run()
    descriptors.run()
    dispatch.run(1)
    operators.run()
    registries.run("pdf")
    islands.run()
