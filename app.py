"""The WSGI application: `app:app` for any WSGI server."""

import ivr

app = ivr.create_app()
