import scrapy
from scrapy.spiders import CrawlSpider, Rule

from shopscan.items import OfferLoader


class OfferSpider(scrapy.Spider):
    name = "offers"
    start_urls = ["https://shop.example"]

    def parse(self, response):
        yield scrapy.Request("https://shop.example/1", callback=self.parse_offer, errback=self.failed)

    def parse_offer(self, response):
        yield OfferLoader().load_item()

    def failed(self, failure):
        return failure

    def parse_old_offer(self, response):  # expect: unreached
        return None


class ShopSpider(CrawlSpider):
    name = "shop"
    rules = (Rule("x", callback="parse_shop", process_links="shorten"),)

    def parse_shop(self, response):
        return {}

    def shorten(self, links):
        return links

    def lengthen(self, links):  # expect: unreached
        return links


class Crawled:  # expect: unreached
    name = "no spider"
