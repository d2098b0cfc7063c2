"""Textual: messages, actions, reactive watchers and what widgets are asked for.

In: nothing. Out: `RULE`. Actions are named in the strings of bindings and by the user, so all of a live class live.
Never imports Textual.
"""

from auditor.model.framework import FrameworkRule, names

_NODE = names(
    """
    _* action_* check_* compute_* get_* key_* on_* render* update_* validate_* watch_* active_bindings add_class
    add_mode allow_focus allow_focus_children allow_horizontal_scroll allow_maximize allow_select
    allow_vertical_scroll ancestors ancestors_with_self anchor animate animator ansi_color ansi_theme
    ansi_theme_dark ansi_theme_light app app_focus arrange auto_links auto_refresh automatic_refresh
    available_themes background_colors batch batch_update begin_capture_print bell bind blur border_subtitle
    border_title broker_event call_after_refresh call_from_thread call_later call_next can_focus can_focus_children
    can_view_entire can_view_partial capture_mouse children classes clear_cached_dimensions clear_notifications
    clear_selection clipboard colors compose compose_add_child console_options container_scroll_offset
    container_size container_viewport content_offset content_region content_size copy_to_clipboard css_identifier
    css_identifier_styled css_path_nodes css_tree current_mode current_theme data_bind debug default_screen
    delay_update deliver_binary deliver_screenshot deliver_text disable_messages disabled dismiss display
    displayed_and_visible_children displayed_children dock_gutter enable_messages end_capture_print
    escape_to_minimize exit expand export_screenshot find_widget first_child first_of_type focus focus_chain
    focus_next focus_on_click focus_previous focusable focused format_title gutter handle_bindings_clash handle_key
    has_class has_focus has_focus_within has_parent has_pseudo_class has_pseudo_classes highlight_link_id
    horizontal_scrollbar hover_style id install_screen is_active is_anchored is_attached is_container is_current
    is_disabled is_dom_root is_empty is_even is_headless is_horizontal_scroll_end is_horizontal_scrollbar_grabbed
    is_in_maximized_view is_inline is_maximized is_modal is_mounted is_mouse_over is_odd is_on_screen
    is_parent_active is_running is_screen_installed is_scrollable is_scrolling is_vertical_scroll_end
    is_vertical_scrollbar_grabbed is_web last_child last_of_type layer layers layout link_style link_style_hover
    loading log max_scroll_x max_scroll_y maximize maximized message_queue_size minimize mount mount_all
    mount_compose mount_composed_widgets mouse_hover move_child mutate_reactive name native_ansi_color notify
    notify_style_update offset opacity open_url outer_size panic parent pop_screen pop_until_active
    post_display_hook post_message post_render pre_layout pre_render preflight_checks prevent process_layout
    pseudo_classes push_screen push_screen_wait query query_ancestor query_children query_exactly_one query_one
    query_one_optional recompose refresh refresh_bindings refresh_css refresh_line refresh_lines region
    register_theme release_anchor release_mouse remove remove_children remove_class remove_mode reset_styles
    return_code return_value rich_style run run_action run_async run_test run_worker save_screenshot screen
    screen_stack scroll_down scroll_end scroll_home scroll_left scroll_offset scroll_page_down scroll_page_left
    scroll_page_right scroll_page_up scroll_relative scroll_right scroll_target_x scroll_target_y scroll_to
    scroll_to_center scroll_to_region scroll_to_widget scroll_up scroll_visible scroll_x scroll_y
    scrollable_content_region scrollable_size scrollbar_corner scrollbar_gutter scrollbar_size_horizontal
    scrollbar_size_vertical scrollbars_enabled scrollbars_space search_commands search_themes select_container
    selection_style selection_updated selections set_class set_classes set_focus set_interval set_keymap set_loading
    set_reactive set_scroll set_styles set_timer show_horizontal_scrollbar show_vertical_scrollbar shrink siblings
    simulate_key size sort_children stack_updates stop_animation sub_title suppress_click suspend switch_mode
    switch_screen task text_select_all text_selection text_style theme title toggle_class tooltip trap_focus tree
    uninstall_screen unregister_theme vertical_scrollbar viewport_size virtual_region virtual_region_with_margin
    virtual_size visible visible_siblings visual_style wait_for_refresh walk_children watch window_region
    with_tooltip workers
    """
)
_PROVIDER = names("search discover startup shutdown matcher focused screen app match_style is_selection _*")

RULE = FrameworkRule(
    name="textual",
    enablers=("textual",),
    base_classes={
        "textual.app.App": _NODE,
        "textual.screen.*Screen": _NODE,
        "textual.widget.Widget": _NODE,
        "textual.scroll_view.ScrollView": _NODE,
        **{f"textual.containers.{name}": _NODE for name in names(
            "Container Vertical Horizontal VerticalScroll HorizontalScroll ScrollableContainer Grid Center Middle"
        )},
        "textual.widgets.Static": (*_NODE, "update", "visual", "content", "renderable"),
        "textual.widgets.Label": (*_NODE, "update", "visual", "content", "renderable"),
        "textual.message.Message": names(
            "control handler_name can_replace prevent_default stop set_sender is_forwarded namespace _*"
        ),
        "textual.command.Provider": _PROVIDER,
        "textual.validation.Validator": names("validate describe_failure success failure failure_description"),
        "textual.suggester.Suggester": names("get_suggestion _get_suggestion"),
    },
    wrapping=("textual.work", "textual._work_decorator.work"),
)  # fmt: skip
