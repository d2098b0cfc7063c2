"""What uses code from outside Python: project files, deployment files, configuration, documentation."""
