"""Recognisers, their models and audio.

See docs/speech.md. Neither a recogniser nor a model need be installed to import this package;
what needs one raises `ModelMissing`.
"""
