import prices
from currency import Rates

if __name__ == "__main__":
    print(prices.read("prices.csv", Rates()))
