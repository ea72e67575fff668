"""How long things are kept, and what goes when somebody asks."""
