"""The command that runs everything."""

from shop import flow, imports, signatures, variables

if __name__ == "__main__":
    imports.run()
    variables.run()
    flow.run(3)
    signatures.run()
