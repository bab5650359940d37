"""A text is read by those who judge it: taken, remarked on, marked, decided."""
