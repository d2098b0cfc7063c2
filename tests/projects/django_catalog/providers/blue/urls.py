from providers.routing import patterns

urlpatterns = patterns("providers.blue")
