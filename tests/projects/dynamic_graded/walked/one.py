import registry

registry.add("one")
