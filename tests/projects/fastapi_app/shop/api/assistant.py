from fastapi import APIRouter

router = APIRouter(prefix="/assistant")


@router.post("/chat")
def chat_with_context():
    return "with context"
