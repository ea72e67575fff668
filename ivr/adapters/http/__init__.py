"""What is asked of other servers by HTTP."""
