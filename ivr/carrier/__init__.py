"""The telephone carrier, Twilio: webhooks in, TwiML and REST calls out."""
