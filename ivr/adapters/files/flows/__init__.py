"""The folder of client files: which are there, read, checked and kept up to date."""
