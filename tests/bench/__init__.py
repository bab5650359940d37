"""What the program costs and how well it finds, measured beside what one could have instead.

`python -m tests.bench`: see `__main__`. The tests assert nothing of it but `relevance`, in a small way.
"""
