import scrapy
from itemloaders.processors import MapCompose
from scrapy.loader import ItemLoader


def to_cents(text):
    return text


def to_euros(text):  # expect: unreached
    return text


class Offer(scrapy.Item):
    price = scrapy.Field()


class OldOffer(scrapy.Item):  # expect: unreached
    price = scrapy.Field()


class OfferLoader(ItemLoader):
    default_item_class = Offer
    price_in = MapCompose(to_cents)

    def name_out(self, values):
        return values

    def name_both(self, values):  # expect: unreached
        return values
