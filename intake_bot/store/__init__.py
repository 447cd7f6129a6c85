"""The store: schema, vault, keyring and ledger. The only SQL of the program."""
