"""How somebody is told of something: ways, times and words."""
