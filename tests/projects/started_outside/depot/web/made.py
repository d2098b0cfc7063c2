from depot.web.assembling import Assembly

served = Assembly().finish()  # gunicorn depot.web.made:served
