"""From the bytes of a file to a table of text: one reader for each kind of file."""
