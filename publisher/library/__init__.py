"""The reading room: today's issues, read marks, annotations, research."""
