"""The API for programs, below `/api/v1` (docs/api.md): what people do in the console, in JSON."""
