"""From rows of cells to answers of a case, through the very forms that a person would fill in."""
