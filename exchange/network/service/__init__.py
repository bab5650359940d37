"""Verbs and questions of the network, in folders by subject."""
