"""The operator queue in Redis: every act is one function at the server."""
