"""The TwiML verbs, one module for each or for a few of a kind.

A verb is a function of the call and its element. It returns where the call goes next, or None
to fall through to the verb after it.
"""
