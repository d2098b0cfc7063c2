"""Every application here is started by a line that stands in no file of the project."""
