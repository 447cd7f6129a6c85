"""The law: deadlines, calendars, identity, grounds and retention, as pure functions."""
