from shop import run, Cart
from shop.registry import dispatch
from shop.kinds import every_kind
from shop import money as cash

if __name__ == "__main__":
    cart = Cart()
    run(cart)
    dispatch("ship")
    print(every_kind(), cash.RATE, [cash.by_name(one) for one in "ab"])
