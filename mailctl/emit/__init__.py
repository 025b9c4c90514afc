"""A Bundle as something that lies on disk: `tree` says which files, `folder` writes them."""
