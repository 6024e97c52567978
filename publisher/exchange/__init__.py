"""A whole archive goes to another instance of this program, or comes in from one."""
