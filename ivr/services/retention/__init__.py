"""How long what callers leave behind is kept: the rules of client files, carried out."""
