"""The document: the text language, the facts and blocks that text may name, and their assembly into one whole."""
