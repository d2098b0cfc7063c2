from fastapi import FastAPI
from fastapi.responses import JSONResponse


def add_errors(app: FastAPI):
    @app.exception_handler(LookupError)
    def missing(request, error):
        return JSONResponse({"missing": str(error)}, status_code=404)
