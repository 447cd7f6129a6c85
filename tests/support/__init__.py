"""Real servers for tests: Dovecot, an SMTP server, certificates and a TCP proxy, as plain importable objects."""
