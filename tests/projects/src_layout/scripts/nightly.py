import beside
from acme.core.engine import Engine

if __name__ == "__main__":
    beside.work(Engine)
