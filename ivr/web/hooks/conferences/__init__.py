"""The webhooks of conferences, and of the legs that come into them."""
