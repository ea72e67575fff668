"""The client's page: what callers have left for a client, who has it, and what its people say of
themselves (docs/client-page.md)."""
