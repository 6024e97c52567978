"""The reading room: today's issues, read marks, annotations, and the index kept up."""
