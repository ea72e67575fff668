"""Calls: how they went, step by step, in words, and which ways callers take."""
