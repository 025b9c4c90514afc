"""A host as a NixOS module: the backends' settings as options of nixpkgs' modules.

`values` are Nix expressions, `layout` writes them; `shapes` knows what a release calls things. One
module a daemon, `host` for what is left, `module` for the whole.
"""

from __future__ import annotations

from mailctl.emit.nixos.module import module_files

__all__ = ["module_files"]
