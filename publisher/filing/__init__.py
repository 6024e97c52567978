"""Filing (归档): archive numbers, yearly lists, packages for the archives."""
