-- Answer: the time by the clock of the server that keeps the ledger, in milliseconds since 1970.
return milliseconds()
