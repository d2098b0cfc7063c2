from fastapi import FastAPI

from chat import pam, pam_simple

app = FastAPI()
app.include_router(pam_simple.router, prefix="/api/v1/pam")
app.include_router(pam.router, prefix="/api/v1/pam")
