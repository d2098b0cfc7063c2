from acme.core.engine import Engine as Engine
