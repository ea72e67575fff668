"""The speech worker's process."""
