"""Many cases at once: files of a city or a partner, and the batches they come in."""
