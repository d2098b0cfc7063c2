"""aiohttp: class-based views and what its own base classes ask of subclasses.

In: nothing. Out: `RULE`. Which handler serves which path is worked out by `analysis.routing.routes_aiohttp`. Never
imports it.
"""

from auditor.model.framework import FrameworkRule, names

_VIEW = names(
    """
    connect delete get head options patch post put trace _iter _raise_allowed_methods request
    """
)
_RESOLVER = names(
    """
    add_app apps buffer_size clear clear_domain close cookies drain enable_chunking enable_compression enabled
    expect_handler filter_cookies freeze frozen get_info handler host_only_cookies http_exception length log
    on_body_write output_size post_init quote_cookie resolve send_headers transport treat_as_secure_origin unsafe
    update_cookies update_cookies_from_headers write write_eof write_headers
    """
)
_RESPONSE = names(
    """
    _autoclose _binary_headers _body _body_length _cancel _cancel_heartbeat _cancel_pong_response_cb _chunked _close
    _close_code _close_transport _close_wait _closed _closing _compressed_body _compression _compression_force
    _compression_strategy _conn_lost _consumed _content_dict _content_type _cookies _default_content_type
    _do_start_compression _eof_sent _etag_match _etag_values _exception _finish _flush_heartbeat_reset
    _generate_content_type_header _get_file_path_stat_encoding _handle_ping_pong_exception _handshake _headers
    _heartbeat_cb _heartbeat_reset_handle _heartbeat_when _if_match_or_none_impl _keep_alive _length_check _loop
    _make_response _must_be_empty_body _need_heartbeat_reset _not_modified _on_data_received _parse_content_type
    _parser _payload_writer _ping_task _ping_task_done _pong_not_received _pong_response_cb _post _post_start
    _pre_start _precondition_failed _prepare_headers _prepare_hook _prepare_open_file _read_bytes _reader _req
    _reset_heartbeat _seek_and_read _seen_str_keys _send_headers_immediately _send_heartbeat _sendfile
    _sendfile_fallback _set_closed _set_closing _set_code_close_transport _set_status _size _start
    _start_compression _stored_content_type _waiting _write_headers _writer _ws_protocol as_bytes autoclose body
    body_exists body_length buffer_size can_prepare can_read_body charset chunked client_max_fields client_max_size
    clone close close_code closed compress compress_sync compression consumed content content_length content_type
    cookies decode deflate del_cookie drain enable_chunked_encoding enable_chunking enable_compression encoding etag
    exception filename flush force_close forwarded get_extra_info gzip has_body headers host http_range identity
    if_match if_modified_since if_none_match if_range if_unmodified_since is_weak json keep_alive last_modified
    length loop message method multipart on_body_write output_length output_size path path_qs ping pong post prepare
    prepared protocol query query_string raw_headers raw_path read reason receive receive_bytes receive_json
    receive_str rel_url release remote scheme secure send_bytes send_frame send_headers send_json send_json_bytes
    send_str set_content_disposition set_cookie set_status size status task text transport url value version write
    write_eof write_headers write_with_length writer ws_protocol
    """
)

RULE = FrameworkRule(
    name="aiohttp",
    enablers=("aiohttp",),
    base_classes={
        "aiohttp.web.View": _VIEW,
        "aiohttp.web_urldispatcher.View": _VIEW,
        "aiohttp.abc.AbstractView": _VIEW,
        "aiohttp.web.AbstractAccessLogger": _RESOLVER,
        "aiohttp.abc.Abstract*": _RESOLVER,
        "aiohttp.web.*Response": _RESPONSE,
        "aiohttp.test_utils.AioHTTPTestCase": (
            "test*", "setUp*", "tearDown*", "asyncSetUp", "asyncTearDown",
            "get_application", "get_server", "get_client",
            "get_app", "maxDiff",
        ),
    },
    calls=(
        "Application", "RouteTableDef", "add_routes", "add_get", "add_post", "add_put", "add_patch", "add_delete",
        "add_head", "add_view", "add_route", "add_subapp", "add_domain", "add_resource",
    ),
    routes="aiohttp",
    wrapping=("aiohttp.web.middleware", "aiohttp.web_middlewares.middleware", "aiohttp.test_utils.unittest_run_loop"),
)  # fmt: skip
