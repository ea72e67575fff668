"""From a recording to its words: what is queued for the speech workers, and what comes of it."""
