from shop.jobs import Mail
from shop.plugins import prices, slack


def main():
    Mail().start()
    return slack.Hook()


if __name__ == "__main__":
    main()
    print(prices)
