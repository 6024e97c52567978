"""What the office publishes: numbering, sections, layout, routes, readers."""
