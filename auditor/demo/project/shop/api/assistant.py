"""The shop's assistant."""

from fastapi import APIRouter
from pydantic import BaseModel

from shop.services import chat

router = APIRouter(prefix="/assistant")


class Message(BaseModel):
    text: str


@router.post("/chat")
def chat_with_context(message: Message):
    return {"answer": chat.answer(message.text)}
