"""Pages that gather several rooms: home, case, city, topic, about, health. May import every room up to api."""
