def application(environ, start_response):
    return [start_response, environ]
