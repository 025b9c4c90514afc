# A host of NixOS: its configuration imports a folder of ours, and nixos-rebuild(8) does the rest.
#
# Given: $orders.

if [ -e "$root/etc/set-environment" ]; then
    # where nixpkgs lies (NIX_PATH); sudo(8) forgets it
    set +eu
    . "$root/etc/set-environment"
    set -eu
fi
PATH=$root/run/wrappers/bin:$root/run/current-system/sw/bin:$PATH
HOME=${HOME:-/root}
export PATH HOME

etc=$root/etc/nixos
module=$etc/mailctl
secrets=$state/secrets
profile=$root/nix/var/nix/profiles/system
longest=3600 # seconds that a build may take

# listing : all files of ours there, with modes and sums
listing() (
    cd "$root/"
    find etc/nixos/mailctl var/lib/mailctl/secrets ! -type d \
        -printf 'mode\t%m\t%u\t%g\t%y\t/%p\n' 2>/dev/null | LC_ALL=C sort || :
    find etc/nixos/mailctl var/lib/mailctl/secrets -type f -exec sha256sum {} + 2>/dev/null |
        sed "s|^\([0-9a-f]*\)  |sum$TAB\1$TAB/|" | LC_ALL=C sort || :
)

# sum_of_listing : one line for all of it
sum_of_listing() {
    listing | sha256sum | cut -c 1-64
}

# host_of SYSTEM : the name under which our module is a part of it; empty where it is none
host_of() {
    _name=
    [ ! -e "$1/etc/mailctl/host" ] || read -r _name <"$1/etc/mailctl/host" || :
    printf '%s\n' "$_name"
}

# inode PATH : its number, `absent` where nothing is there
inode() {
    stat -c %i -- "$1" 2>/dev/null || echo absent
}

# rebuild WORD... : nixos-rebuild(8) within its time; what it says is in $work/log, and its status
# in $code. It keeps our lock: should we be killed, nobody else comes while it is at work.
rebuild() {
    timeout "$longest" nixos-rebuild "$@" </dev/null >"$work/log" 2>&1 && code=0 || code=$?
    return "$code"
}

# to_system LINK : a system of the profile, by the name of its link, is live
to_system() {
    _number=${1#system-}
    _number=${_number%-link}
    {
        nix-env --profile "$profile" --switch-generation "$_number" &&
            timeout "$longest" "$profile/bin/switch-to-configuration" switch
    } </dev/null >"$work/log" 2>&1
}

# build : the system with the new module; fails unless the module is a part of it
build() {
    say step "building"
    mkdir -p "$work/built"
    cd "$work/built"
    rebuild build || {
        details "$work/log"
        told_of_git
        say fail build "nixos-rebuild build" "status $code"
        exit 3
    }
    built=$(readlink -f result)
    cd /
    each host refuse_foreign
    printf 'built\t%s\n' "$built" >>"$pending"
}

# refuse_foreign HOST : the system that was built is not this one
refuse_foreign() {
    _found=$(host_of "$built")
    [ "$_found" != "$1" ] || return 0
    [ -z "$_found" ] || fail import "the host's configuration imports the module of $_found, not of $1"
    if [ -e "$etc/flake.nix" ]; then
        say detail "write ./mailctl into the modules of this host in /etc/nixos/flake.nix"
        told_of_git
    else
        say detail "write into /etc/nixos/configuration.nix: imports = [ ./mailctl ];"
    fi
    fail import "the host's configuration does not import /etc/nixos/mailctl"
}

# told_of_git : a flake in a repository sees only what git knows
told_of_git() {
    [ -e "$etc/flake.nix" ] && [ -e "$etc/.git" ] || return 0
    say detail "git must know the folder, else the flake does not see it; in /etc/nixos:"
    say detail "  mkdir -p mailctl; echo '{ }' >mailctl/default.nix; git add --intent-to-add mailctl"
    say detail "  (of a module with files beside it: lay there what mailctl nixos writes, first)"
}

# switch_by_rebuild : what was built is live
switch_by_rebuild() {
    rebuild switch && return 0
    say detail "nixos-rebuild switch ended with status $code:"
    details "$work/log"
    return 1
}
