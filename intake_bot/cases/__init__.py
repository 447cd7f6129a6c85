"""Cases: events, decisions, letters and the ports that the store implements."""
