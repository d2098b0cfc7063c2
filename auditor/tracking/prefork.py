"""Whether a thread may be started in this process, and will run. In: nothing. Out: what uWSGI says of itself.

uWSGI's master loads the application and forks below Python: a thread of the master can leave a lock, even the
interpreter's own, locked for ever in its workers. Without `--enable-threads`, in its older releases, threads of a
worker run only while a request does. Asks the module that uWSGI puts into its processes; nothing where it is not there.
"""

import sys


def is_master() -> bool:
    """Return whether this process only loads the application and forks; its workers serve."""
    uwsgi = sys.modules.get("uwsgi")
    if uwsgi is None or not hasattr(uwsgi, "worker_id"):
        return False
    is_mule = hasattr(uwsgi, "mule_id") and uwsgi.mule_id()
    return not uwsgi.worker_id() and not is_mule


def lets_threads_run() -> bool:
    """Return whether threads run between requests."""
    uwsgi = sys.modules.get("uwsgi")
    return uwsgi is None or bool(getattr(uwsgi, "has_threads", True))
