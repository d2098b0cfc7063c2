"""Sales, exported in the format that is asked for."""

from fastapi import APIRouter, HTTPException
from fastapi.responses import PlainTextResponse

from shop.services.exports import Exporter
from shop.services.orders import all_orders

router = APIRouter()


@router.get("/sales")
def sales(format: str = "csv"):
    try:
        return PlainTextResponse(Exporter(all_orders()).export(format))
    except ValueError as error:
        raise HTTPException(400, str(error)) from error
