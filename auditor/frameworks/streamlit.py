"""Streamlit and Dash: pages that are run as scripts; callbacks keep what they decorate.

In: nothing. Out: `RULE`. Never imports either.
"""

from auditor.model.framework import FrameworkRule

RULE = FrameworkRule(
    name="streamlit",
    enablers=("streamlit", "dash"),
    module_names={"pages.*": ("layout",), "*.pages.*": ("layout",), "streamlit_app": (), "*.streamlit_app": ()},
    wrapping=("streamlit.cache", "streamlit.cache_data", "streamlit.cache_resource", "streamlit.experimental_memo",
              "streamlit.experimental_singleton", "streamlit.fragment", "streamlit.dialog"),
)  # fmt: skip
