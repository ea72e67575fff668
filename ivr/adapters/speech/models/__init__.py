"""Vosk models: found at their publisher, fetched, tried, installed."""
