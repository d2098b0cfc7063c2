import os
from dataclasses import dataclass, field


@dataclass
class Settings:
    prefix: str = "/api"
    version: str = os.environ.get("DEPOT_VERSION", "v1")
    tags: list = field(default_factory=list)

    @property
    def base(self):
        return f"{self.prefix}/{self.version}"


settings = Settings()
