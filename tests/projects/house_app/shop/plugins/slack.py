SHOP_PLUGIN = {"name": "slack"}
SLACK_COLOURS = ("red",)  # expect: unreached


class Hook:
    def shop_ready(self):
        return None

    def never_ready(self):  # expect: unreached
        return None
