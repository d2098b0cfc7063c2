class Settings:
    API_PREFIX: str = "/api"


settings = Settings()
UNUSED_SETTING = "nobody reads this"  # expect: unreached
