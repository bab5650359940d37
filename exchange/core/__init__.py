"""What every room stands on: database, journal, forms, web manners, languages, markup, maps.

Knows no city and no practice, and imports no other room.
"""
