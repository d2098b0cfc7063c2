from locust import HttpUser, TaskSet, between, events, task


class Browsing(TaskSet):
    @task
    def index(self):
        self.client.get("/")

    def on_start(self):
        self.login()

    def login(self):
        return None

    def logout(self):  # expect: unreached
        return None


class Visitor(HttpUser):
    wait_time = between(1, 2)
    tasks = [Browsing]

    @task(3)
    def buy(self):
        self.pay()

    def pay(self):
        return None

    def refund(self):  # expect: unreached
        return None


@events.request.add_listener
def seen(**details):
    return details
