"""The board of jobs, and the page behind a link by which one says that one has read it."""
