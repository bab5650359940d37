"""Partner organisations, and who writes for them."""
