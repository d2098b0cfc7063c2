"""Who names what is not Python: templates, requirements. In: texts. Out: places. Never says that something may go."""
