"""discord.py and its forks: events by name, cogs, extensions that are loaded by the name of their module.

In: nothing. Out: `RULE`. An extension is a module with `setup`. Never imports discord.
"""

from auditor.model.framework import FrameworkRule, names

_CLIENT = names(
    """
    _* on_* setup_hook accent_color accent_colour actions active active_threads activity add_check add_cog
    add_command add_command_arguments add_command_formatting add_dm_channel add_dynamic_items add_files
    add_indented_commands add_item add_listener add_reaction add_role add_roles add_tags add_user add_user_to_thread
    add_view afk_channel after after_invoke aliases all allowed_mentions app_command app_commands_badge
    app_permissions application application_flags application_id application_info applied_tags assume_unsync_clock
    audit_logs author auto_mod_badge auto_moderation auto_moderation_configuration auto_moderation_execution
    autocomplete avatar avatar_decoration avatar_decoration_sku_id average_latency ban banner bans before
    before_identify_hook before_invoke bitrate_limit bot bot_check bot_check_once bot_permissions brief bulk_ban
    bulk_channel_update bulk_upsert_global_commands bulk_upsert_guild_commands burst_colors by_category
    cache_guild_expressions cached_messages call_after_hooks call_before_hooks call_handlers call_hooks callback
    can_run cancel case_insensitive categories category category_id change_nickname change_presence
    change_vanity_code change_voice_state changes channel channel_id channel_mentions channel_webhooks channels
    check check_once checked_add checks children chunk chunk_guild chunk_guilds_at_startup chunked chunker
    clean_close clean_content clean_params clean_prefix cleanup clear clear_chunk_requests clear_items
    clear_reaction clear_reactions clear_single_reaction client close cog cog_after_invoke cog_app_command_error
    cog_before_invoke cog_check cog_command_error cog_load cog_name cog_unload cogs collectibles color colour
    command command_callback command_id command_not_found commands components connect connector consume
    consume_entitlement cooldown cooldown_after_parsing copy cover_image create_application_emoji
    create_auto_moderation_rule create_automod_rule create_category create_category_channel create_channel
    create_connection_state create_custom_emoji create_dm create_entitlement create_forum create_from_template
    create_guild create_guild_scheduled_event create_guild_sticker create_integration create_invite create_message
    create_role create_scheduled_event create_soundboard_sound create_stage_channel create_stage_instance
    create_sticker create_template create_text_channel create_thread create_user create_voice_channel create_webhook
    created_at creator current custom_id debug_log_receive debug_send default default_avatar default_permissions
    default_role defer delay delete delete_application_emoji delete_auto_moderation_rule delete_channel
    delete_channel_permissions delete_custom_emoji delete_emoji delete_entitlement delete_global_command
    delete_guild delete_guild_command delete_guild_sticker delete_integration delete_invite delete_message
    delete_messages delete_original_response delete_role delete_scheduled_event delete_soundboard_sound
    delete_stage_instance delete_sticker delete_template description desktop_status disconnect discovery_splash
    discriminator dispatch dispatch_error display_avatar display_banner display_icon display_name dm_channel
    dm_messages dm_polls dm_reactions dm_spam_detected_at dm_typing dms_paused dms_paused_until dnd do_not_disturb
    edit edit_application_command_permissions edit_application_emoji edit_application_info edit_auto_moderation_rule
    edit_channel edit_channel_permissions edit_custom_emoji edit_global_command edit_guild edit_guild_command
    edit_guild_mfa_level edit_guild_onboarding edit_incident_actions edit_integration edit_member edit_message
    edit_my_member edit_my_voice_state edit_onboarding edit_original_response edit_profile edit_role
    edit_role_positions edit_scheduled_event edit_soundboard_sound edit_stage_instance edit_template
    edit_voice_channel_status edit_voice_state edit_welcome_screen edit_widget edited_at embedded emoji emoji_limit
    emojis emojis_and_stickers enable_debug_events enable_raw_presences enabled end end_poll endpoint entitlements
    eof error estimate_pruned_members event exempt_channels exempt_roles expires_at expressions extensions extras
    fallback fallback_locale fetch fetch_application_emoji fetch_application_emojis fetch_automod_rule
    fetch_automod_rules fetch_ban fetch_channel fetch_channels fetch_emoji fetch_emojis fetch_entitlement
    fetch_guild fetch_guild_preview fetch_guilds fetch_invite fetch_member fetch_members fetch_message
    fetch_premium_sticker_pack fetch_premium_sticker_packs fetch_role fetch_roles fetch_rule fetch_scheduled_event
    fetch_scheduled_events fetch_session_start_limits fetch_skus fetch_soundboard_default_sounds
    fetch_soundboard_sound fetch_soundboard_sounds fetch_stage_instance fetch_sticker fetch_stickers
    fetch_subscription fetch_template fetch_thread fetch_user fetch_voice fetch_webhook fetch_widget filesize_limit
    filter_commands find_item flags follow_webhook followup format forum forums forward from_client from_component
    from_custom_id from_gateway from_incomplete from_intents from_interaction from_message from_params from_state
    from_url full_parent_name gateway gateway_guild_members gateway_guild_members_limited gateway_message_content
    gateway_message_content_limited gateway_presence gateway_presence_limited get get_active_threads
    get_all_channels get_all_custom_emojis get_all_guild_channels get_all_guild_stickers get_all_integrations
    get_all_members get_app_commands get_application_command_permissions get_application_emoji
    get_application_emojis get_audit_logs get_auto_moderation_rule get_auto_moderation_rules get_ban get_bans
    get_bot_gateway get_bot_mapping get_channel get_channel_or_thread get_cog get_command get_command_signature
    get_commands get_context get_cooldown_retry_after get_custom_emoji get_destination get_emoji
    get_emoji_from_partial_payload get_ending_note get_entitlement get_entitlements get_from_cdn get_global_command
    get_global_commands get_guild get_guild_application_command_permissions get_guild_command get_guild_commands
    get_guild_onboarding get_guild_preview get_guild_sticker get_guilds get_invite
    get_joined_private_archived_threads get_listeners get_max_size get_member get_member_named get_members
    get_message get_my_voice_state get_parameter get_partial_message get_partial_messageable get_poll_answer_voters
    get_prefix get_private_archived_threads get_public_archived_threads get_quoted_word get_ratelimit
    get_reaction_users get_role get_role_member_counts get_roles get_scheduled_event get_scheduled_event_users
    get_scheduled_events get_shard get_sku_subscription get_skus get_soundboard_default_sounds get_soundboard_sound
    get_soundboard_sounds get_stage_instance get_sticker get_sticker_pack get_template get_thread get_thread_member
    get_thread_members get_translated_payload get_user get_vanity_code get_voice_state get_webhook
    get_welcome_screen get_widget get_word global_name group guild guild_avatar guild_banner guild_ids
    guild_integration_config guild_messages guild_only guild_permissions guild_polls guild_reactions
    guild_ready_timeout guild_scheduled_events guild_templates guild_typing guild_voice_state guild_webhooks guilds
    has_app_command_error_handler has_components_v2 has_error_handler heartbeat_timeout help help_command hidden
    history http_trace hybrid_command hybrid_group icon id identify idle ignore_extra integrations intents
    interaction interaction_check invisible invite_url invites invites_from invites_from_channel invites_paused
    invites_paused_until invoke invoked_with is_application_owned is_assignable is_authenticated is_bot_managed
    is_closed is_connected is_custom_emoji is_default is_dispatchable is_dispatching is_dm_spam_detected is_exempt
    is_expired is_finished is_forwardable is_guild_evicted is_guild_integration is_integration is_news is_nsfw
    is_on_cooldown is_on_mobile is_owner is_partial is_paused is_persistent is_playing is_premium_subscriber
    is_private is_raid_detected is_ratelimited is_ready is_sound is_system is_timed_out is_usable
    is_user_integration is_ws_ratelimited join join_thread joined json_url jump_url kick large last_message
    latencies latency launch launch_shard launch_shards leave leave_group leave_guild leave_thread
    list_premium_sticker_packs list_sku_subscriptions listen listener load_extension locale log_receive login logout
    logs_from max_concurrency max_messages max_ratelimit_timeout me media member member_cache_flags member_count
    members mention mentioned_in mentions merge message_content messages mfa_enabled mobile_status mode moderation
    modify_guild_sticker move move_member move_role_position move_to mutual_guilds name namespace news news_thread
    none nsfw offline onboarding online open original_response owner owner_id owner_ids pack parameters parent
    parents parse_application_command_permissions_update parse_auto_moderation_action_execution
    parse_auto_moderation_rule_create parse_auto_moderation_rule_delete parse_auto_moderation_rule_update
    parse_channel_create parse_channel_delete parse_channel_pins_update parse_channel_update
    parse_entitlement_create parse_entitlement_delete parse_entitlement_update parse_guild_audit_log_entry_create
    parse_guild_ban_add parse_guild_ban_remove parse_guild_create parse_guild_delete parse_guild_emojis_update
    parse_guild_integrations_update parse_guild_member_add parse_guild_member_remove parse_guild_member_update
    parse_guild_members_chunk parse_guild_role_create parse_guild_role_delete parse_guild_role_update
    parse_guild_scheduled_event_create parse_guild_scheduled_event_delete parse_guild_scheduled_event_update
    parse_guild_scheduled_event_user_add parse_guild_scheduled_event_user_remove parse_guild_soundboard_sound_create
    parse_guild_soundboard_sound_delete parse_guild_soundboard_sound_update parse_guild_soundboard_sounds_update
    parse_guild_stickers_update parse_guild_update parse_integration_create parse_integration_delete
    parse_integration_update parse_interaction_create parse_invite_create parse_invite_delete parse_message_create
    parse_message_delete parse_message_delete_bulk parse_message_poll_vote_add parse_message_poll_vote_remove
    parse_message_reaction_add parse_message_reaction_remove parse_message_reaction_remove_all
    parse_message_reaction_remove_emoji parse_message_update parse_presence_update parse_ready parse_resumed
    parse_stage_instance_create parse_stage_instance_delete parse_stage_instance_update parse_subscription_create
    parse_subscription_delete parse_subscription_update parse_thread_create parse_thread_delete
    parse_thread_list_sync parse_thread_member_update parse_thread_members_update parse_thread_update
    parse_typing_start parse_user_update parse_voice_channel_effect_send parse_voice_server_update
    parse_voice_state_update parse_webhooks_update partial pause permissions permissions_for persistent_views pin
    pin_message pinned pinned_at pins pins_from play poll poll_event polls premium_subscriber_role
    premium_subscribers prepare prepare_help_command presences prevent_view_updates_for primary_guild private
    private_channels private_thread process_chunk_requests process_commands proxy proxy_auth prune_members
    public_flags public_thread public_updates_channel publish publish_message purge qualified_name query_members
    raid_detected_at raw_channel_mentions raw_mentions raw_role_mentions raw_status reactions read read_rest
    received_message recipient reconnect recursively_remove_all_commands reference reidentify reinvoke
    reload_extension remove remove_attachments remove_check remove_cog remove_command remove_dynamic_items
    remove_item remove_listener remove_mentions remove_own_reaction remove_reaction remove_role remove_roles
    remove_tags remove_user remove_user_from_thread replace_roles reply request request_chunks request_to_speak
    require_var_positional reset_cooldown resolved_permissions response rest_is_raw resume role_member_counts
    role_mentions roles root_parent row rules_channel run safety_alerts_channel save scheduled_event
    scheduled_events secondary_color secondary_colour secret_key self_id self_role send send_as_json
    send_audio_packet send_bot_help send_cog_help send_command_help send_error_message send_group_help
    send_heartbeat send_help send_message send_pages send_soundboard_sound send_typing session_id
    set_scheduled_event shard_connect_timeout shard_count shard_id shard_ids shards short_doc shorten_text signature
    skip_string skip_ws soundboard_sounds source splash ssrc stage_channels stage_instances stage_voice start
    start_group start_private_message start_thread_in_forum start_thread_with_message start_thread_without_message
    starter_message static_login status sticker_limit stickers stop store_dynamic_items store_emoji store_sticker
    store_user store_user_no_intents store_view strip_after_prefix subcommand_not_found subscriptions
    supported_modes sync sync_integration sync_template system system_channel system_channel_flags system_content
    target template templates terminate tertiary_color tertiary_colour text text_channels thread threads timeout
    to_component_dict to_components to_dict to_file to_message_reference_dict to_reference token top_role
    total_children_count transform translate tree type typing unban undo unload_extension unpin unpin_message update
    upsert_global_command upsert_guild_command url usage user user_integration_config users valid value
    vanity_invite vanity_url verification_pending_guild_limit verified victor view voice voice_channels voice_client
    voice_clients voice_privacy_code voice_state voice_states vote_count voters wait wait_for wait_until_connected
    wait_until_ready walk_app_commands walk_children walk_commands warn_dave warn_nacl web_status webhooks
    welcome_screen widget widget_channel width with_app_command worker ws ws_connect
    """
)
_COG = names(
    """
    on_* cog_* get_commands walk_commands description get_listeners listener has_error_handler
    has_app_command_error_handler bot_check bot_check_once qualified_name app_command walk_app_commands
    interaction_check
    _eject _inject _get_overridden_method _get_command
    """
)
_UI = names(
    """
    _* on_* accent_color accent_colour accessory action_row activity add_dm_channel add_dynamic_items add_files
    add_item add_option add_reaction add_roles add_tags add_task add_user add_view any_with app_permissions
    append_item append_option applied_tags ash_embed ash_theme author avatar avatar_decoration
    avatar_decoration_sku_id b ban banner blue blurple bot brand_green brand_red button cache_guild_expressions
    call_handlers call_hooks callback category category_id changed_roles channel channel_id channel_mentions
    channel_select channel_types checkbox checkbox_group children chunk_guild chunker clean_content clear
    clear_chunk_requests clear_items clear_reaction clear_reactions client clone close collectibles color colour
    command command_id components container content_length copy create_dm create_invite create_message create_thread
    create_user created_at custom_id danger dark_blue dark_embed dark_gold dark_gray dark_green dark_grey
    dark_magenta dark_orange dark_purple dark_red dark_teal dark_theme darker_gray darker_grey default
    default_avatar default_values delete delete_messages delete_original_response desktop_status diff disabled
    discriminator dispatch_dynamic_items dispatch_modal dispatch_view display_avatar display_banner display_icon
    display_name dm_channel edit edit_original_response edited_at emoji emojis end_poll expires_at fetch
    fetch_member fetch_members fetch_message fetch_thread fetch_voice file file_upload filename find_item
    find_open_space flags followup forum forward from_channel from_component from_custom_id from_dict from_hsv
    from_message from_rgb from_role from_str from_user fuchsia g get_channel get_emoji
    get_emoji_from_partial_payload get_partial_message get_role get_soundboard_sound get_sticker get_user
    global_name gold gray green grey greyple group guild guild_avatar guild_banner guild_permissions guilds
    has_components_v2 history icon id insert_item_at intents interaction interaction_check invites
    is_application_owned is_assignable is_bot_managed is_custom_emoji is_default is_dispatchable is_dispatching
    is_expired is_finished is_forwardable is_guild_evicted is_guild_integration is_integration is_message_tracked
    is_news is_nsfw is_on_mobile is_persistent is_premium_subscriber is_private is_spoiler is_system is_timed_out
    is_unicode_emoji is_usable is_user_integration is_voice_message items join jump_url kick label large
    last_message leave light_embed light_gray light_grey light_theme lighter_gray lighter_grey link locale long
    magenta max_length max_values media media_gallery members mention mentionable_select mentioned_in mentions
    mfa_enabled min_length min_values mobile_status move move_to mutual_guilds name namespace news news_thread
    og_blurple onyx_embed onyx_theme options orange original_response overwrites overwrites_for owner paragraph
    parent parse_application_command_permissions_update parse_auto_moderation_action_execution
    parse_auto_moderation_rule_create parse_auto_moderation_rule_delete parse_auto_moderation_rule_update
    parse_channel_create parse_channel_delete parse_channel_pins_update parse_channel_update
    parse_entitlement_create parse_entitlement_delete parse_entitlement_update parse_guild_audit_log_entry_create
    parse_guild_ban_add parse_guild_ban_remove parse_guild_create parse_guild_delete parse_guild_emojis_update
    parse_guild_integrations_update parse_guild_member_add parse_guild_member_remove parse_guild_member_update
    parse_guild_members_chunk parse_guild_role_create parse_guild_role_delete parse_guild_role_update
    parse_guild_scheduled_event_create parse_guild_scheduled_event_delete parse_guild_scheduled_event_update
    parse_guild_scheduled_event_user_add parse_guild_scheduled_event_user_remove parse_guild_soundboard_sound_create
    parse_guild_soundboard_sound_delete parse_guild_soundboard_sound_update parse_guild_soundboard_sounds_update
    parse_guild_stickers_update parse_guild_update parse_integration_create parse_integration_delete
    parse_integration_update parse_interaction_create parse_invite_create parse_invite_delete parse_message_create
    parse_message_delete parse_message_delete_bulk parse_message_poll_vote_add parse_message_poll_vote_remove
    parse_message_reaction_add parse_message_reaction_remove parse_message_reaction_remove_all
    parse_message_reaction_remove_emoji parse_message_update parse_presence_update parse_ready parse_resumed
    parse_stage_instance_create parse_stage_instance_delete parse_stage_instance_update parse_subscription_create
    parse_subscription_delete parse_subscription_update parse_thread_create parse_thread_delete
    parse_thread_list_sync parse_thread_member_update parse_thread_members_update parse_thread_update
    parse_typing_start parse_user_update parse_voice_channel_effect_send parse_voice_server_update
    parse_voice_state_update parse_webhooks_update permissions permissions_for permissions_synced persistent_views
    pin pink pinned pinned_at pins placeholder position premium prevent_view_updates_for primary primary_guild
    private private_channels private_thread process_chunk_requests public_flags public_thread publish purge purple
    query_members r radio_group random raw_channel_mentions raw_mentions raw_role_mentions raw_status read red
    reference remove_attachments remove_dynamic_items remove_item remove_message_tracking remove_reaction
    remove_roles remove_tags remove_user remove_view reply request_to_speak required reset resolve
    resolved_permissions response role role_mentions role_select roles row save schedule_dynamic_item_call secondary
    secondary_color secondary_colour section select self_id send separator set_permissions short sku_id small
    soundboard_sounds spacing spoiler stage_voice starter_message status stickers stop store_dynamic_items
    store_emoji store_sticker store_user store_user_no_intents store_view string_select style success system
    system_content teal template tertiary_color tertiary_colour text text_display text_input thread thumbnail
    timeout title to_component_dict to_components to_dict to_file to_message_reference_dict to_reference to_rgb
    top_role total_children_count translate type typing unban unpin update_from_message uri url user user_select
    value values verified view visible voice voice_clients wait walk_children web_status width with_state yellow
    """
)
_HELP = names(
    """
    _* on_* accent_color accent_colour activity add_aliases_formatting add_bot_commands_formatting add_check add_cog
    add_command add_command_arguments add_command_formatting add_indented_commands add_line add_listener add_roles
    add_subcommand_formatting add_tags add_user after_invoke aliases aliases_heading american_english annotation
    any_with app_command app_permissions application_command applied_tags archived_threads arguments_heading
    attachment author autocomplete available_tags avatar avatar_decoration avatar_decoration_sku_id ban banner
    before_invoke boolean bot bot_check bot_check_once bot_permissions brazil_portuguese brief british_english
    bulgarian call_after_hooks call_before_hooks callback can_run category category_id changed_roles channel
    channel_id channel_types channels chat_input check check_once checks chinese choice_name choices clean_params
    clean_prefix clear clear_commands client clone close close_page cog cog_after_invoke cog_app_command_error
    cog_before_invoke cog_check cog_command_error cog_load cog_name cog_unload cogs collectibles color colour
    command command_attrs command_callback command_description command_id command_name command_not_found commands
    commands_heading component connect constructed_converter context_menu convert converter cooldown
    cooldown_after_parsing copy copy_global_to create_dm create_forum create_instance create_invite
    create_stage_channel create_tag create_text_channel create_thread create_voice_channel create_webhook created_at
    croatian custom_id czech danish default default_argument_description default_avatar defer delete delete_messages
    delete_original_response description desktop_status discriminator dispatch dispatch_error display_avatar
    display_banner display_icon display_name displayed_default displayed_name dm_channel dm_help dm_help_threshold
    dutch edit edit_original_response enabled error expires_at extensions extras fetch fetch_command fetch_commands
    fetch_instance fetch_member fetch_members fetch_message fetch_permissions fetch_voice filesize_limit
    filter_commands finnish flags follow followup forum forums french from_dict from_interaction full_parent_name
    german get_app_commands get_bot_mapping get_cog get_command get_command_signature get_commands get_context
    get_cooldown_retry_after get_default get_destination get_ending_note get_listeners get_max_size get_opening_note
    get_partial_message get_prefix get_role get_tag get_thread get_translated_payload
    get_translated_payload_for_locale global_name greek group group_description group_name guild guild_avatar
    guild_banner guild_permissions has_app_command_error_handler has_error_handler help help_command hidden hindi
    history hungarian hybrid_command hybrid_group icon id ignore_extra indent indonesian instance integer
    interaction_check invites invoke invoked_with is_assignable is_bot_managed is_choice_annotation is_default
    is_expired is_guild_integration is_integration is_media is_news is_nsfw is_on_cooldown is_on_mobile is_owner
    is_premium_subscriber is_private is_spoiler is_timed_out is_user_integration is_voice_message italian japanese
    join jump_url kick kind korean language_code last_message latin_american_spanish leave listen listener listeners
    lithuanian load load_extension max_concurrency max_value me media members mention mentionable mentioned_in merge
    message min_value mobile_status modal_submit moderators move move_to mutual_guilds name namespace news
    news_thread no_category norwegian number original_response other overwrites overwrites_for owner pages paginator
    parameter_description parameter_name parent parents permissions permissions_for permissions_synced ping pins
    polish position prepare prepare_help_command primary_guild private private_channel private_thread
    process_commands public_flags public_thread purge qualified_name query_member_by_id query_member_named
    raw_status read recursively_remove_all_commands reinvoke reload_extension remove_check remove_cog remove_command
    remove_listener remove_mentions remove_roles remove_tags remove_user replace reply request_to_speak
    requesting_to_speak require_var_positional required reset_cooldown resolve resolved_permissions response
    rest_is_raw role roles romanian root_parent russian save scheduled_events secondary_color secondary_colour send
    send_bot_help send_cog_help send_command_help send_error_message send_group_help send_help send_pages send_sound
    set_permissions set_translator short_doc shorten_text show_hidden show_parameter_descriptions signature
    sort_commands spain_spanish speakers stage_channels stage_voice starter_message status string subcommand
    subcommand_group subcommand_not_found swedish sync system taiwan_chinese tertiary_color tertiary_colour text
    text_channels thai threads timeout to_array to_dict to_file top_role transform translate translator tree
    try_value turkish type typing ukrainian unban unload unload_extension update usage user valid verify_checks
    vietnamese voice voice_channels voice_client voice_states walk_app_commands walk_commands web_status webhooks
    width
    """
)
_LIBRARIES = ("discord", "nextcord", "disnake")

RULE = FrameworkRule(
    name="discord",
    enablers=_LIBRARIES,
    base_classes={
        name: globs
        for library in _LIBRARIES[:1]
        for name, globs in {
            f"{library}.*Client": _CLIENT,
            f"{library}.ext.commands.*Bot": _CLIENT,
            f"{library}.ext.commands.*Cog": _COG,
            f"{library}.ui.*": _UI,
            f"{library}.ext.commands.*HelpCommand": _HELP,
            f"{library}.ext.commands.*Converter": (*_HELP, "convert"),
            f"{library}.app_commands.Transformer": _HELP,
            f"{library}.app_commands.CommandTree": _HELP,
        }.items()
    },
    method_names=("convert",),
    marker_names={"setup": ("setup", "teardown")},
    wrapping=("discord.utils.deprecated", "discord.utils.copy_doc"),
)
