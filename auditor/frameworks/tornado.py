"""Tornado: request handlers, WebSocket handlers, and the suite that its test runner asks for.

In: nothing. Out: `RULE`. Which handler serves which path is worked out by `analysis.routing.routes_tornado`. Never
imports
Tornado.
"""

from auditor.model.framework import DecoratorRule, FrameworkRule, names

_HANDLER = names(
    """
    delete get head options patch post put _break_cycles _check_cross_origin _check_in_root
    _clear_representation_headers _compressible_type _convert_header_value _cross_origin_protection
    _decode_xsrf_token _execute _get_argument _get_arguments _get_cached_version _get_raw_xsrf_token
    _handle_request_exception _initialize _lock _log _origin_matches_host _remove_control_chars_regex
    _request_summary _resolve_symlink_target _should_not_send_content _stat _stat_regular_file _static_hashes
    _stream_request_body _template_loader_lock _template_loaders _transforms _ui_method _ui_module
    _unimplemented_method add_header allowed_symlink_directory check_etag_header check_trusted_origin
    check_xsrf_cookie clear clear_all_cookies clear_cookie clear_header compute_etag cookies create_signed_value
    create_template_loader css_files current_user data_received decode_argument detach embedded_css
    embedded_javascript finish flush get_absolute_path get_argument get_arguments get_body_argument
    get_body_arguments get_browser_locale get_cache_time get_content get_content_size get_content_type
    get_content_version get_cookie get_current_user get_login_url get_modified_time get_query_argument
    get_query_arguments get_secure_cookie get_secure_cookie_key_version get_signed_cookie
    get_signed_cookie_key_version get_status get_template_namespace get_template_path get_user_locale get_version
    html_body html_head initialize javascript_files locale log_exception make_static_url on_connection_close
    on_finish parse_url_path path_args path_kwargs prepare redirect render render_embed_css render_embed_js
    render_linked_css render_linked_js render_string require_setting reset reverse_url send_error set_cookie
    set_default_headers set_etag_header set_extra_headers set_header set_headers set_secure_cookie set_signed_cookie
    set_status settings should_return_304 static_url transform_chunk transform_first_chunk validate_absolute_path
    write write_error xsrf_form_html xsrf_token
    """
)
_SOCKET = names(
    """
    delete get head on_* open options patch post put select_subprotocol _break_cycles _check_cross_origin
    _clear_representation_headers _convert_header_value _cross_origin_protection _decode_xsrf_token _detach_stream
    _execute _get_argument _get_arguments _get_raw_xsrf_token _handle_request_exception _initialize _log _open
    _origin_matches_host _remove_control_chars_regex _request_summary _should_not_send_content _stream_request_body
    _template_loader_lock _template_loaders _transforms _ui_method _ui_module _unimplemented_method add_header
    check_etag_header check_origin check_trusted_origin check_xsrf_cookie clear clear_all_cookies clear_cookie
    clear_header close compute_etag cookies create_signed_value create_template_loader current_user data_received
    decode_argument detach finish flush get_argument get_arguments get_body_argument get_body_arguments
    get_browser_locale get_compression_options get_cookie get_current_user get_login_url get_query_argument
    get_query_arguments get_secure_cookie get_secure_cookie_key_version get_signed_cookie
    get_signed_cookie_key_version get_status get_template_namespace get_template_path get_user_locale
    get_websocket_protocol initialize locale log_exception max_message_size path_args path_kwargs ping ping_interval
    ping_timeout prepare redirect render render_embed_css render_embed_js render_linked_css render_linked_js
    render_string require_setting reverse_url selected_subprotocol send_error set_cookie set_default_headers
    set_etag_header set_header set_nodelay set_secure_cookie set_signed_cookie set_status settings static_url write
    write_error write_message xsrf_form_html xsrf_token
    """
)
_AUTH = names(
    """
    _OAUTH_* _OPENID_* _FACEBOOK_* _TWITTER_*
    _oauth_access_token_url _oauth_consumer_token _oauth_get_user_future _oauth_request_parameters
    _oauth_request_token_url _on_authentication_verified _on_request_token _openid_args authenticate_redirect
    authorize_redirect facebook_request get_auth_http_client get_authenticated_user get_google_oauth_settings
    oauth2_request twitter_request
    """
)

RULE = FrameworkRule(
    name="tornado",
    enablers=("tornado",),
    decorators=(DecoratorRule("tornado.testing.gen_test", "test", production=False),),
    base_classes={
        "tornado.web.*Handler": _HANDLER,
        "tornado.web.UIModule": _HANDLER,
        "tornado.websocket.WebSocketHandler": _SOCKET,
        "tornado.auth.*": _AUTH,
    },
    calls=("Application", "add_handlers", "url", "URLSpec", "Rule", "reverse_url"),
    implicit_names=("all",),
    routes="tornado",
    wrapping=("tornado.web.authenticated", "tornado.web.addslash", "tornado.web.removeslash", "tornado.gen.*",
              "tornado.concurrent.*", "tornado.web.stream_request_body"),
)  # fmt: skip
