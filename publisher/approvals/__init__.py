"""The route to a yes: steps, substitutes, the two-person rule."""
