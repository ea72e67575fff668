"""Tango: a call-answering engine for telephone-answering agencies."""
