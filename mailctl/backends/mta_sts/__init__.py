"""MTA-STS for mail that goes out (RFC 8461): what receivers' policies demand, told to Postfix."""
