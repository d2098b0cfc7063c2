from django.contrib import admin

from catalog.models import Book, Reader


class Listing(admin.ModelAdmin):
    list_display = ["shelf_name", "spine"]

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, extra_context)


@admin.register(Book)
class BookAdmin(Listing):
    list_filter = ["colour"]
    readonly_fields = ("weight", "note")
    fieldsets = [("Book", {"fields": [("isbn", "age")]})]
    actions = ["lend"]

    @admin.display(description="Shelf")
    def shelf_name(self, book):
        return book.shelf

    def note(self, book):
        return ""

    @admin.action
    def lend(self, request, queryset):
        return queryset.lent()

    def get_list_display(self, request):
        return [*super().get_list_display(request), "loans"]

    def loans(self, book):
        return 0

    def save_model(self, request, obj, form, change):
        return None

    def former_column(self, book):  # expect: unreached
        return ""

    @admin.action
    def burn(self, request, queryset):  # expect: unreached
        return None


class ReaderInline(admin.TabularInline):
    model = Reader
    extra = 0

    def has_add_permission(self, request, obj=None):
        return False

    def short(self, reader):  # expect: unreached
        return ""


class ReaderAdmin(admin.ModelAdmin):
    inlines = [ReaderInline]


admin.site.register(Reader, ReaderAdmin)


class ForgottenAdmin(admin.ModelAdmin):  # expect: unreached
    list_display = ["blurb"]
