"""What the carrier asks and tells us: every route under `/twilio` and `/media`."""
