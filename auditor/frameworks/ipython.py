"""IPython: extensions that a user loads by name, and magics.

In: nothing. Out: `RULE`. Never imports IPython.
"""

from auditor.model.framework import FrameworkRule

RULE = FrameworkRule(
    name="ipython",
    enablers=("*",),
    base_classes={"IPython.*": ("*",), "ipykernel.*": ("do_*", "*")},
    implicit_names=(
        "load_ipython_extension", "unload_ipython_extension", "_load_jupyter_server_extension",
        "_jupyter_server_extension_points", "_jupyter_nbextension_paths", "_jupyter_labextension_paths",
        "load_jupyter_server_extension",
    ),
)  # fmt: skip
