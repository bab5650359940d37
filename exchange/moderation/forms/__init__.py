"""Forms of this room: `writing` for authors, `desk` for reviewers."""
