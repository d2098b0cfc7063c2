from fastapi import FastAPI

from depot.web.orders import router


def assemble():  # uvicorn --factory depot.web.built:assemble
    service = FastAPI()
    service.include_router(router)

    @service.get("/health")
    def health():
        return {"up": True}

    return service


def unused():  # expect: unreached
    return None
