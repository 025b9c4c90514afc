"""What a spec means: frozen values without positions, files, clocks or network.

One idea a module: names (DomainName, Address), platform, secret, settings (what policies
hold), host, domain, user, system (all of them), delivery (who receives and who may send).
"""
