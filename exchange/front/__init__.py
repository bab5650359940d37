"""Pages that gather several rooms: home, case, city, topic, about, health. May import all rooms up to api."""
