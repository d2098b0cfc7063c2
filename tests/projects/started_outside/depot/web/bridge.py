from django.core.wsgi import get_wsgi_application

site = get_wsgi_application()  # gunicorn depot.web.bridge:site
