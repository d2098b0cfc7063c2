"""The gate on the history of real applications: `scripts/gate_trial`."""
