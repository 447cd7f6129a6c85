"""Known persons and clients."""
