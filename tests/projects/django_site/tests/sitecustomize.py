"""The interpreter imports this one by itself."""

import coverage

coverage.process_startup()
