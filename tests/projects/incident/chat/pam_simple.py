from fastapi import APIRouter

router = APIRouter()


@router.post("/chat")
def chat_simple():
    return answer()


def answer():
    return "the one that serves"
