BOT_NAME = "shopscan"
SPIDER_MODULES = ["shopscan.spiders"]
ITEM_PIPELINES = {"shopscan.pipelines.PricePipeline": 300}
DOWNLOADER_MIDDLEWARES = {"shopscan.middlewares.Retry": 543}


def left_over():  # expect: unreached
    return None
