"""The presses from the console: issues out of files, faces, layouts."""
