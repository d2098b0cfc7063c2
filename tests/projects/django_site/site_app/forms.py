# expect-module: unreached
from django import forms


class Choice(forms.ModelChoiceField):
    def label_from_instance(self, obj):
        return str(obj)


class Page(forms.Form):
    choice = Choice(queryset=None)
