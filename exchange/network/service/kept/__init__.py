"""What people keep: `collections`, their `publishing`, `follows`, `comparing` cases, the `briefing` pack."""
