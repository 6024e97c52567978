"""The presses from the console, and the page on which an office edits its layouts."""
