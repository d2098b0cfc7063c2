class PricePipeline:
    @classmethod
    def from_crawler(cls, crawler):
        return cls()

    def open_spider(self, spider):
        self.seen = set()

    def process_item(self, item, spider):
        return self.checked(item)

    def checked(self, item):
        return item

    def rechecked(self, item):  # expect: unreached
        return item


class OldPipeline:  # expect: unreached
    def process_item(self, item, spider):
        return item
