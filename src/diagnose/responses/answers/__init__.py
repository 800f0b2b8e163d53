"""What the cells of closed items mean, and what proves it."""
