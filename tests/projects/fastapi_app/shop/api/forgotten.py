# The whole module: no application includes its router. expect-module: unreached
from fastapi import APIRouter

from shop import pricing

router = APIRouter(prefix="/forgotten")


@router.get("/thing")
def forgotten_thing():
    return pricing.only_for_the_forgotten_router()
