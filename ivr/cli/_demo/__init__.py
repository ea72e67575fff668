"""The demo: real calls through a real server, and what everybody would see."""
