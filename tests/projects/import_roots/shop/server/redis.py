import redis


class Redis:  # expect: unreached
    def get(self, key):
        return key


class Stock(redis.Redis):
    def left(self, number):
        return int(self.get(f"left:{number}") or 0)

    def execute_command(self, *args, **options):
        return super().execute_command(*args, **options)
