"""Words, without any engine: how a text becomes words, how a typed question is read and told again,
and which lines of a text show what was found.
"""
