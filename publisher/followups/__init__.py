"""Cases: assign, receive, chase, extend, report, review, close."""
