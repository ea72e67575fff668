"""The telephone carrier: Twilio."""
