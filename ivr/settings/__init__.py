"""Settings, read once from the environment and `.env`, and documented here only.

`SETTINGS` is the one list: `docs/settings.md` is generated from it and a test holds the two
together. Unknown `IVR_*` names are refused, so that a misspelt setting is never silently
ignored.
"""

from ivr.settings.catalogue import SETTINGS, SPEECH_PUBLISHER, settings_page
from ivr.settings.load import load_settings
from ivr.settings.values import TWILIO_API_URL, Settings, SingleSignOn

__all__ = [
    "SETTINGS",
    "SPEECH_PUBLISHER",
    "TWILIO_API_URL",
    "Settings",
    "SingleSignOn",
    "load_settings",
    "settings_page",
]
