"""What hears: Vosk, Whisper, and which of them hears which language."""
