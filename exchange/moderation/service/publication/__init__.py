"""An approved text on its way to readers, and what becomes of it there."""
