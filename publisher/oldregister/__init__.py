"""The register an office kept in a workbook before this program, taken over row by row."""
