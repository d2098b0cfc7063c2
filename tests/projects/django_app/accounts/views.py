from django.http import HttpResponse
from django.views.generic import FormView, TemplateView

from accounts.forms import SignupForm


class Profile(TemplateView):
    template_name = "profile.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs)


class Signup(FormView):
    form_class = SignupForm
    template_name = "signup.html"

    def form_valid(self, form):
        return HttpResponse("welcome")


class OldSignup(FormView):  # expect: unreached
    form_class = SignupForm
