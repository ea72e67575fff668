"""Recognised words → text as people write it; pure.

`write` makes the text of a message, `mask_cards` takes card numbers out of its words, and
`numbers_differ` compares the number given with the calling one. `english` says how English is
written; another language is another such module, named in `languages`.
"""
