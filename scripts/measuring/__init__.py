"""What `scripts/accuracy` is made of: applications, their tests, tools' findings, and how the ones judge the others."""
