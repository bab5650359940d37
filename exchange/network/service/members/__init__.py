"""Members: which city holds which office, and since when."""
