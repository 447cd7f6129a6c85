"""Mail: mailboxes, messages, screening and sending, in the words of the RFCs. Knows no cases."""
