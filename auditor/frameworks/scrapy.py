"""Scrapy: spiders, pipelines, middlewares, item loaders, commands and the settings that name them.

In: nothing. Out: `RULE`. Spiders are found by their base class in `SPIDER_MODULES`; pipelines and middlewares need no
base, their methods are called by name. Never imports Scrapy.
"""

from auditor.model.framework import FrameworkRule, names

_SPIDER = names(
    """
    parse start_requests parse_item allowed_domains handle_httpstatus_list handle_httpstatus_all http_user
    http_pass http_auth_domain closed download_delay download_timeout download_maxsize download_warnsize user_agent
    max_concurrent_requests state _apply_deprecated_spider_attr _apply_reactorless_default_settings _apply_settings
    _assert_mutability _auto_detect_fun _body_declared_encoding _body_inferred_encoding _bom_encoding _build_request
    _callback _compile _compile_regexes _compile_rules _create_engine _create_spider _csstranslator
    _declared_encoding _errback _extract_links _follow_links _get_component _get_sitemap_body _get_tag_name
    _get_urls_and_callbacks_from_urlset _get_urls_from_sitemapindex _handle_failure _headers_encoding _iternodes
    _link_allowed _max_size _parse _parse_response _parse_sitemap _process_links _process_sitemap_element
    _register_namespaces _repr_pretty_ _requests_to_follow _rules _set_body _set_crawler _set_url _to_dict
    _update_root_log_handler _url_is_verbatim _warn_size adapt_response add_to_list attributes body cb_kwargs close
    cookies copy copy_to_dict crawl crawl_async css custom_settings delete delimiter encoding engine extensions
    extract_links flags follow follow_all freeze from_crawler from_curl from_dict frozencopy get get_addon
    get_component_priority_dict_with_base get_downloader_middleware get_extension get_item_pipeline
    get_spider_middleware getbool getdict getdictorlist getfloat getint getlist getpriority getwithbase
    handles_request headers iterator itertag jmespath json log logformatter logger matches maxpriority meta name
    namespaces parse_node parse_nodes parse_row parse_rows parse_start_url parse_with_rules pop process
    process_results quotechar remove_from_list replace replace_in_component_priority_dict request_fingerprinter
    rules selector selectorlist_cls set set_in_component_priority_dict setdefault
    setdefault_in_component_priority_dict setdict setmodule sitemap_alternate_links sitemap_filter sitemap_follow
    sitemap_rules sitemap_urls start start_urls stats stop stop_async text to_curl to_dict update update_settings
    url urljoin xpath
    """
)
_MIDDLEWARE = names(
    """
    _add_middleware _adjust_delay _apply_deprecated_spider_attr _apply_reactorless_default_settings _apply_settings
    _assert_mutability _auto_detect_fun _basic_auth_header _body_declared_encoding _body_inferred_encoding
    _bom_encoding _build_redirect_request _cache_response _cache_result_and_execute_waiters _call _check_limit
    _check_media_to_download _check_mw_method_spider_arg _check_warning _close_slot _close_spider _compat_spider
    _compute_current_age _compute_freshness_lifetime _configure _cookies _count_items_produced _create_engine
    _create_sender_factory _create_spider _debug_cookie _debug_set_cookie _declared_encoding _decode _delayed_call
    _eb _engine_started _enter_debugger _exporter_supported _file_downloaded _format_cookie _freshen_cached_response
    _get_blob_path _get_boto_key _get_component _get_content_type _get_dfd _get_exporter _get_file
    _get_filesystem_path _get_head_plugin _get_max_age _get_mwlist_from_settings _get_populated_field_names
    _get_processed _get_proxy _get_request_cookies _get_request_path _get_slot _get_status _get_storage _get_store
    _get_telnet_vars _get_uri_params _handle_encoding _handle_execute _handle_status _handle_statuses
    _headers_encoding _headers_to_botocore_kwargs _init_depth _is_authenticated _key_for_pipe _load_components
    _load_filter _load_plugins _load_policy_class _loop _make_namespace _max_delay _min_delay _mkdir
    _modify_media_request _normkey _normvalue _onsuccess _parse _parse_cachecontrol _parse_robots _persist_stats
    _process_chain _process_cookies _process_parallel _process_parallel_asyncio _process_parallel_dfd
    _process_request _read_data _read_meta _redirect _redirect_request_using_get _repr_pretty_ _response_downloaded
    _retry _robots_error _run_code _schedule_slot_close _send_report _sendmail _sent_failed _sent_ok _set_body
    _set_compat_spider _set_conditional_validators _set_crawler _set_proxy_and_creds _set_url _settings_are_valid
    _spider _spider_opened _split_encodings _start_delay _start_new_batch _stat_file _storage_supported
    _store_in_thread _thread_stacks _timer_handle _to_dict _to_sleep _untrack_pending_close_task _update_host_regex
    _update_root_log_handler _update_stores _url_is_verbatim _warn_unknown_encoding accepts active add_cookie_header
    add_to_list allowed attributes body calculate_final_stats calculate_stats cancel cb_kwargs checksum clear
    clear_session_cookies clear_stats close close_spider close_spider_async component_name concurrency convert_image
    cookies copy copy_to_dict crawl crawl_async crawl_delay crawler css custom_settings default delay delete domain
    download_delay dump_stacktrace elapsed_sec emit enabled_setting encoding engine engine_started engine_stopped
    error_count export_item extensions extract_cookies feed_options file_downloaded file_path fingerprint
    finish_exporting flags follow follow_all free_transfer_slots freeze from_asyncio from_crawler from_curl
    from_dict from_twisted frozencopy get get_addon get_awaitable get_component_priority_dict_with_base
    get_downloader_middleware get_extension get_host_regex get_images get_item_pipeline get_media_requests
    get_processed_item get_processed_request get_serialized_fields get_spider_middleware get_stats get_value
    get_virtual_size getbool getdict getdictorlist getfloat getint getlist getpriority getwithbase handle_referer
    handles_request headers host_regex image_downloaded inc_stats inc_value is_cached_response_fresh
    is_cached_response_valid item_classes item_completed item_dropped item_scraped item_scraped_no_item jitter
    jmespath json last_modified lastseen latercall log log_crawler_stats log_delta log_timing logformatter logger
    login make_cookies max_value maxpriority media_downloaded media_failed media_to_download meta min_value
    multiplier name open open_spider open_spider_async origin origin_referrer output output_truncated page_count
    param_allowed parse path persist_file pid policy pop potentially_trustworthy process_exception process_item
    process_item_async process_request process_request_2 process_response process_spider_exception
    process_spider_input process_spider_output process_spider_output_async process_start project protocol queue
    randomize_delay referrer remove_from_list replace replace_in_component_priority_dict request_fingerprinter
    request_scheduled resp_or_url response_received retrieve_response robot_parser running scrapy_version secure
    selector send serialize_field set set_cookie set_cookie_if_ok set_in_component_priority_dict set_policy
    set_stats set_value setdefault setdefault_in_component_priority_dict setdict setmodule should_cache_request
    should_cache_response should_follow spider spider_closed spider_opened spider_opened_no_item start
    start_exporting start_listening start_time start_urls stat_file statefn stats status stop stop_async
    stop_listening store store_response strip_url stripped_referrer tell text thumb_path tls_protected to_curl
    to_dict traceback traceback_truncated transferring update update_settings url urljoin value writable write xpath
    """
)
_LOADER = names(
    """
    *_in *_out _add_value _auto_detect_fun _body_declared_encoding _body_inferred_encoding _bom_encoding
    _check_selector_method _declared_encoding _get_cssvalues _get_item_field_attr _get_jmesvalues
    _get_nested_context _get_xpathvalues _headers_encoding _process_input_value _replace_value _set_body _set_url
    _track_rule _values add_css add_jmes add_value add_xpath attributes body cb_kwargs copy css deepcopy
    default_input_processor default_item_class default_output_processor default_selector_class encoding fields flags
    follow follow_all from_dict get_collected_values get_css get_input_processor get_jmes get_output_processor
    get_output_value get_value get_xpath headers inc_value item jmespath json keys load_item meta nested_css
    nested_xpath replace replace_css replace_jmes replace_value replace_xpath selector selectorlist_cls text to_dict
    url urljoin xpath
    """
)
_COMMAND = names(
    """
    _apply_deprecated_spider_attr _apply_reactorless_default_settings _apply_settings _assert_mutability
    _auto_detect_fun _body_declared_encoding _body_inferred_encoding _bom_encoding _cancel_all_tasks _clean_req
    _close_loop _close_slot _compile_regexes _copytree _crawl _crawl_and_track _create_crawler _create_engine
    _create_shutdown_task _create_spider _csstranslator _declared_encoding _done _err _exporter_supported
    _extract_links _find_template _generate_template_variables _genspider _get_callback _get_component _get_file
    _get_items_and_requests _get_reactorless_loop _get_storage _get_uri_params _graceful_stop_reactor
    _headers_encoding _init_with_reactor _init_without_reactor _is_relevant _is_valid_name _join_parts _link_allowed
    _list_templates _load_components _load_filter _log_kill _log_shutdown _open_spider _parse _print_bytes
    _print_headers _print_response _process_links _repr_pretty_ _run_loop _schedule _schedule_slot_close _set_body
    _set_crawler _set_url _settings_are_valid _setup_reactor _shutdown_graceful_reactorless _signal_kill
    _signal_kill_reactorless _signal_shutdown _signal_shutdown_reactorless _spider_exists _start_asyncio
    _start_crawler_thread _start_new_batch _start_twisted _stop_dfd _stop_reactor _storage_supported _to_dict
    _untrack_pending_close_task _update_root_log_handler _url_is_verbatim _warn_if_feeds_unused add_items
    add_options add_requests add_to_list attributes baseurl body cb_kwargs close close_spider contracts cookies copy
    copy_to_dict crawl crawl_async crawler_process crawlers create_crawler css custom_settings default_settings
    delete emit encoding engine exitcode extensions extract_contracts extract_links fetch fetch_available
    find_by_request first_response flags follow follow_all format_part_strings freeze from_crawler from_curl
    from_dict from_method from_settings from_spider frozencopy get get_addon get_callback_from_rules
    get_component_priority_dict_with_base get_downloader_middleware get_extension get_help get_item_pipeline
    get_spider_middleware getbool getdict getdictorlist getfloat getint getlist getpriority getwithbase
    handle_exception handles_request headers help inthread item_scraped items iterate_spider_output jmespath join
    json link_extractor list load log logformatter logger long_desc matches max_level maxpriority meta name
    open_spider parse pop populate_vars prepare_request printSummary print_help print_items print_requests
    print_results process_options process_request_cb_kwargs process_request_meta relevant_classes remove_from_list
    replace replace_in_component_priority_dict request_fingerprinter requests requires_crawler_process
    requires_project run run_callback scraped_data selector set set_crawler set_in_component_priority_dict
    set_spidercls setdefault setdefault_in_component_priority_dict setdict setmodule short_desc show spider
    spidercls start start_parsing start_urls stats stop stop_async syntax templates_dir
    tested_methods_from_spidercls text to_curl to_dict total update update_settings update_vars url urljoin xpath
    """
)
_OTHER = names(
    """
    serialize_* _add_comma_after_first _apply_deprecated_spider_attr _apply_reactorless_default_settings
    _apply_settings _assert_mutability _beautify_indent _beautify_newline _build_row _clean_req _close_slot
    _configure _create_engine _create_spider _export_xml_field _exporter_supported _fingerprint _get_component
    _get_exporter _get_file _get_head_plugin _get_populated_field_names _get_storage _get_uri_params _join_if_needed
    _load_components _load_filter _load_plugins _parse _repr_pretty_ _schedule_slot_close _serialize_item
    _serialize_value _set_body _set_crawler _set_url _settings_are_valid _start_new_batch _storage_supported
    _store_in_thread _to_dict _untrack_pending_close_task _update_root_log_handler _url_is_verbatim
    _write_headers_and_set_fields_to_export accepts add_post_hook add_pre_hook add_to_list adjust_request_args args
    attributes body cb_kwargs close close_spider contracts cookies copy copy_to_dict crawl crawl_async crawled css
    custom_settings deepcopy default delete download_error dropped encoding engine export_item extensions
    extract_contracts feed_options fields fingerprint fingerprints finish_exporting flags follow follow_all freeze
    from_crawler from_curl from_dict from_method from_spider frozencopy get get_addon
    get_component_priority_dict_with_base get_downloader_middleware get_extension get_item_pipeline
    get_serialized_fields get_spider_middleware getbool getdict getdictorlist getfloat getint getlist getpriority
    getwithbase handles_request headers item_classes item_error item_scraped jmespath keys level log logformatter
    logger maxpriority meta msg name object_type_verifiers open open_spider parse pop post_process remove_from_list
    replace replace_in_component_priority_dict request_cls request_fingerprint request_fingerprinter request_seen
    scraped set set_in_component_priority_dict setdefault setdefault_in_component_priority_dict setdict setmodule
    spider_error start start_exporting start_urls stats stop stop_async store tell tested_methods_from_spidercls
    text to_curl to_dict update update_settings url urljoin writable write xpath
    """
)
_SPIDERS = ("scrapy.Spider", "scrapy.spiders.*Spider", "scrapy.spiders.*.*Spider", "scrapy.spider.*Spider")

RULE = FrameworkRule(
    name="scrapy",
    enablers=("scrapy", "itemloaders"),
    base_classes={
        **dict.fromkeys(_SPIDERS, _SPIDER),
        "scrapy.downloadermiddlewares.*": _MIDDLEWARE,
        "scrapy.spidermiddlewares.*": _MIDDLEWARE,
        "scrapy.extensions.*": (*_MIDDLEWARE, *_OTHER),
        "scrapy.pipelines.*": _MIDDLEWARE,
        "scrapy.loader.ItemLoader": _LOADER,
        "itemloaders.ItemLoader": _LOADER,
        "scrapy.commands.*": _COMMAND,
        "scrapy.exporters.*": _OTHER,
        "scrapy.Item": _OTHER,
        "scrapy.item.Item": _OTHER,
        "scrapy.contracts.Contract": (*_OTHER, "adjust_request_args", "pre_process", "post_process"),
        "scrapy.dupefilters.*": _OTHER,
        "scrapy.logformatter.LogFormatter": _OTHER,
    },
    entry_base_classes={**dict.fromkeys(_SPIDERS, "hook"), "scrapy.commands.*": "command"},
    marker_names={"SPIDER_MODULES": ("[A-Z]*",)},
    method_names=names(
        """
        process_item open_spider close_spider from_crawler from_settings process_request process_response
        process_exception process_spider_input process_spider_output process_spider_output_async
        process_spider_exception process_start_requests process_start
        """
    ),
    string_members=_SPIDERS,
)
