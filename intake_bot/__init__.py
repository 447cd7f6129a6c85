"""Finds GDPR rights requests in a shared inbox, opens tracked cases and keeps their statutory deadlines."""

__version__ = "0.1.0"
