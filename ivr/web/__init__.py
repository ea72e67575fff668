"""The HTTP side: the carrier's webhooks, the console, the API and health."""
