"""Output: HTML and PDF, builds in the background, and the files of editions."""
