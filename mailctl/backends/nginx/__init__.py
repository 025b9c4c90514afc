"""nginx: a static web server of what other mail servers and mail clients ask for."""
