"""The classifier: text in, verdict out. Knows no database."""
