"""The same content for machines. May import every room up to moderation."""
