"""The call engine: `(flow, call state, event, now) → (call state, verbs, effects)`. Pure."""
