"""Output: HTML, PDF and DOCX, builds in the background, and the files of editions."""
