"""What services ask of the outside; adapters answer it."""
