"""Jobs: what calls leave open, and what operators write down meanwhile."""
