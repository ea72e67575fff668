"""The flow language: a client's YAML file → a checked, immutable `Flow`."""
