from django import forms


class SignupForm(forms.Form):
    email = forms.EmailField()

    def clean_email(self):
        return self.cleaned_data["email"]

    def never(self):  # expect: unreached
        return None
