class Defaults:
    API_PREFIX = "/api"
    FORUM_PREFIX = "/forum"
    WITH_REPORTS = False
