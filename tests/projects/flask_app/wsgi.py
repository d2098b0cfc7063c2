from blog import create_app

application = create_app()
