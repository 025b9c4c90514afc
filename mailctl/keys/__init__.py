"""Private things: DKIM keys, the salt and passwords. Nothing else reads them.

`keyfolder` is where they lie and how a file comes into being once; `dkim` makes and reads the
keys; `secrets` asks the sources of passwords; `vault` hands both to the compiler.
"""
