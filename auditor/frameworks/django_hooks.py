"""What Django calls on subclasses of its classes, by name: views, models, forms, fields, commands and the rest.

In: nothing. Out: `HOOKS`, bases to globs of members; `with_members` adds what Django's own classes define.
"""


def with_members(hooks: dict[str, tuple[str, ...]], *members: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """Return hooks with what the classes of the framework define themselves added to them."""
    return {
        base: (*globs, *(name for one in members for name in one.get(base, "").split()))
        for base, globs in hooks.items()
    }


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_VIEW_HOOKS = _names(
    "get head post put patch delete options trace setup dispatch http_method_not_allowed http_method_names get_* "
    "form_valid form_invalid render_to_response paginate_* as_view test_func handle_no_permission has_permission "
    "model queryset template_name* context_object_name form_class fields success_url success_message paginate_by "
    "ordering slug_* pk_url_kwarg login_url permission_required raise_exception redirect_field_name extra_context "
    "initial prefix url pattern_name permanent query_string allow_* date_field month_format content_type *_suffix"
)
_MODEL_HOOKS = _names(
    "save delete clean clean_fields full_clean validate_unique validate_constraints natural_key get_absolute_url "
    "get_deferred_fields refresh_from_db from_db Meta objects unique_error_message save_base "
    "prepare_database_save asave adelete arefresh_from_db get_by_natural_key check is_active is_anonymous "
    "is_authenticated is_staff has_perm has_perms has_module_perms get_username get_full_name get_short_name "
    "get_session_auth_hash USERNAME_FIELD REQUIRED_FIELDS EMAIL_FIELD"
)
_FIELD_HOOKS = _names(
    "_check_* deconstruct from_db_value to_python get_* pre_save formfield db_type* rel_db_type contribute_to_class "
    "value_to_string value_from_object clean validate run_validators check description empty_strings_allowed "
    "default_validators default_error_messages widget bound_data prepare_value label_from_instance has_changed "
    "widget_attrs attr_class descriptor_class compress decompress"
)
_FORM_HOOKS = _names(
    "clean clean_* save is_valid has_changed full_clean add_prefix get_* _post_clean _clean_* Meta Media media "
    "prefix template_name* field_order error_css_class required_css_class use_required_attribute default_renderer "
    "add_fields validate_* render format_value value_from_datadict value_omitted_from_data id_for_label "
    "use_fieldset input_type create_option optgroups decompress"
)
_COMMAND_HOOKS = _names(
    "handle handle_* add_arguments create_parser help run_from_argv execute get_version check* requires_* "
    "output_transaction stealth_options suppressed_base_arguments missing_args_message label print_help "
    "base_stealth_options style get_check_kwargs"
)
_MIDDLEWARE_HOOKS = _names(
    "process_request process_response process_view process_exception process_template_response sync_capable "
    "async_capable response_redirect_class"
)

_ADMIN_HOOKS = _names(
    "get_* has_* save_* delete_* log_* formfield_* changelist_* *_view *_template list_* change_* add_* response_* "
    "render_* lookups queryset expected_parameters choices value title parameter_name lookup_allowed message_user "
    "Media media form formset model extra max_num min_num fk_name can_delete show_change_link inlines fields exclude "
    "fieldsets readonly_fields raw_id_fields autocomplete_fields radio_fields prepopulated_fields filter_* "
    "formfield_overrides search_* date_hierarchy ordering sortable_by actions* preserve_filters paginator view_on_site "
    "empty_value_display verbose_name* classes site_* index_title enable_nav_sidebar login* logout* password_* "
    "each_context app_index index admin_view construct_change_message to_field_allowed check checks_class "
    "history_view view_on_site clean* ct_field* action_form urls register unregister"
)
HOOKS: dict[str, tuple[str, ...]] = {
    "django.views.generic.*": _VIEW_HOOKS,
    "django.views.View": _VIEW_HOOKS,
    "django.contrib.auth.views.*": _VIEW_HOOKS,
    "django.contrib.auth.mixins.*": _VIEW_HOOKS,
    "django.contrib.messages.views.*": _VIEW_HOOKS,
    "django.contrib.syndication.views.Feed": ("*",),
    "django.contrib.sitemaps.*": ("*",),
    "django.contrib.gis.sitemaps.*": ("*",),
    "django.db.models.*Field": _FIELD_HOOKS,
    "django.db.models.fields.*": _FIELD_HOOKS,
    "django.forms.*Field": _FIELD_HOOKS,
    "django.db.models.Manager": ("get_queryset", "use_in_migrations", "get_by_natural_key", "create_user",
                                 "create_superuser", "contribute_to_class", "deconstruct"),
    "django.contrib.auth.models.*Manager": ("get_queryset", "create_user", "create_superuser",
                                            "get_by_natural_key"),
    "django.contrib.auth.base_user.BaseUserManager": ("get_queryset", "create_user", "create_superuser",
                                                      "get_by_natural_key"),
    "django.db.models.QuerySet": ("_clone", "_fetch_all", "delete", "update", "as_manager"),
    "django.db.models.Model": _MODEL_HOOKS,
    "django.contrib.auth.models.*": _MODEL_HOOKS,
    "django.contrib.auth.base_user.*": _MODEL_HOOKS,
    "django.contrib.sessions.base_session.*": _MODEL_HOOKS,
    "django.db.models.Transform": ("lookup_name", "as_*", "function", "bilateral", "output_field", "template"),
    "django.db.models.Lookup": ("lookup_name", "as_*", "get_*", "process_*", "prepare_rhs"),
    "django.db.models.lookups.*": ("lookup_name", "as_*", "get_*", "process_*", "prepare_rhs"),
    "django.db.models.Func": ("as_*", "function", "template", "arity", "output_field", "resolve_expression"),
    "django.db.models.Aggregate": ("as_*", "function", "template", "name", "output_field", "allow_distinct"),
    "django.db.models.functions.*": ("as_*", "function", "template", "output_field", "lookup_name"),
    "django.db.models.expressions.*": ("as_*", "function", "template", "output_field", "resolve_expression",
                                       "get_*"),
    "django.db.models.*Choices": ("*",),
    "django.forms.*": _FORM_HOOKS,
    "django.contrib.auth.forms.*": _FORM_HOOKS,
    "django.contrib.admin.forms.*": _FORM_HOOKS,
    "django.contrib.admin.*": _ADMIN_HOOKS,
    "django.contrib.gis.admin.*": _ADMIN_HOOKS,
    "django.contrib.auth.admin.*": _ADMIN_HOOKS,
    "django.contrib.contenttypes.admin.*": _ADMIN_HOOKS,
    "django.apps.AppConfig": ("ready", "name", "label", "verbose_name", "default_auto_field", "default", "path",
                              "get_models", "import_models", "default_site"),
    "django.core.management.base.*": _COMMAND_HOOKS,
    "django.core.management.BaseCommand": _COMMAND_HOOKS,
    "django.core.management.commands.*": ("*",),
    "django.utils.deprecation.MiddlewareMixin": _MIDDLEWARE_HOOKS,
    "django.middleware.*": _MIDDLEWARE_HOOKS,
    "django.contrib.*.middleware.*": _MIDDLEWARE_HOOKS,
    "django.template.Node": ("render", "render_annotated", "child_nodelists", "must_be_first"),
    "django.template.base.Node": ("render", "render_annotated", "child_nodelists", "must_be_first"),
    "django.template.loaders.base.Loader": ("get_contents", "get_template*", "reset"),
    "django.template.backends.base.BaseEngine": ("from_string", "get_template", "app_dirname"),
    "django.contrib.auth.backends.*": ("authenticate", "aauthenticate", "get_user*", "has_*", "with_perm",
                                       "user_can_authenticate", "clean_username", "configure_user"),
    "django.contrib.auth.hashers.*": ("encode", "decode", "verify", "must_update", "harden_runtime", "safe_summary",
                                      "algorithm", "iterations", "library"),
    "django.core.files.storage.*": ("_open", "_save", "delete", "exists", "listdir", "size", "url", "path", "get_*",
                                    "deconstruct", "generate_filename"),
    "django.core.mail.backends.base.BaseEmailBackend": ("open", "close", "send_messages"),
    "django.core.cache.backends.base.BaseCache": ("*",),
    "django.core.files.uploadhandler.*": ("new_file", "receive_data_chunk", "file_complete", "upload_complete",
                                          "handle_raw_input", "upload_interrupted"),
    "django.core.serializers.base.*": ("*",),
    "django.core.paginator.Paginator": ("page", "get_page", "count", "validate_number"),
    "django.core.validators.*": ("message", "code", "regex", "flags", "compare", "clean", "inverse_match"),
    "django.db.backends.*": ("*",),
    "django.db.migrations.*": ("*",),
    "django.contrib.staticfiles.*": ("*",),
    "django.test.runner.DiscoverRunner": ("*",),
    "django.urls.converters.*": ("to_python", "to_url", "regex"),
    "django.contrib.messages.storage.base.*": ("_get", "_store"),
    "django.utils.log.*": ("emit", "format", "filter", "send_mail"),
    "django.views.debug.*": ("get_*", "is_active", "cleansed_substitute", "hidden_settings"),
    "graphene*": ("*",),
}  # fmt: skip
