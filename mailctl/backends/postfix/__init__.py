"""Postfix 3.7 to 3.10: main.cf, master.cf and tables, written wholly by us.

One topic of settings a module (names, receiving, submission, tables, tls, outbound, ...);
`services` is master.cf, `maps` the tables, `overrides` the administrator's own settings.
"""
