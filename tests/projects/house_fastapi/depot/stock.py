from fastapi import APIRouter

from depot.routing import HouseRouter, controller, route

router = APIRouter()
shelves = HouseRouter("shelves")


@router.get("/items/{item_id:int}")
def item(item_id: int):
    return described(item_id)


def described(item_id):
    return {"id": item_id}


@shelves.get("/all/")
def all_shelves():
    return []


@controller(router, "/pallets")
class Pallets:
    @route("/")
    def listing(self):
        return self.rows()

    @route("/{pallet}", "PUT")
    def move(self, pallet: str):
        return pallet

    def rows(self):
        return []

    def spare(self):  # expect: unreached
        return []


def crud(name):
    made = APIRouter(prefix=f"/{name}")

    @made.get("")
    def listed():
        return name

    @made.delete("/{key}")
    def removed(key: str):
        return key

    return made
