from django import forms

from catalog.models import Book


class Stars(forms.NumberInput):
    def get_context(self, name, value, attrs):
        return super().get_context(name, value, attrs)

    def build_attrs(self, base_attrs, extra_attrs=None):
        return {}

    def twinkle(self):  # expect: unreached
        return None


class BookForm(forms.ModelForm):
    rating = forms.IntegerField(widget=Stars())

    class Meta:
        model = Book
        fields = ["isbn", "title_of"]

    class Media:
        js = ("book.js",)

    def clean_isbn(self):
        return self.cleaned_data["isbn"]

    def clean(self):
        return super().clean()

    def _get_validation_exclusions(self):
        return super()._get_validation_exclusions()

    def tidy_isbn(self):  # expect: unreached
        return None
