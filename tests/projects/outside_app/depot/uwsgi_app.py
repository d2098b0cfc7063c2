def application(environ, start_response):
    return [start_response, environ]


def spare(environ, start_response):  # expect: unreached
    return [start_response, environ]
