"""Accounts of those who sign in, and what people say of themselves."""
