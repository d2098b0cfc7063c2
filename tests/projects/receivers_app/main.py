from shop import aliases, async_flow, checks, containers, defaults, forms, generics, mappings, reports, stores

if __name__ == "__main__":
    checks.run([])
    containers.run()
    reports.run()
    stores.run()
    generics.run()
    aliases.run()
    defaults.run(None)
    forms.run()
    mappings.run()
    async_flow.start()
