"""An analysis to findings: unreached, local, suppressed, held back, in islands."""
