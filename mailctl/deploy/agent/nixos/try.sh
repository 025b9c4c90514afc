# What a switch would do on a host of NixOS: its configuration is built from a copy, with our new
# module in it, and the system says which units it would touch. Changes nothing.
#
# Given: the orders `host` and `archive`. Standard input: the archive, of public files alone.

try_it() {
    orders=$given$NEWLINE
    [ -O / ] || fail permission "not root"
    work=$(mktemp -d) || fail space "cannot write to ${TMPDIR:-/tmp}"
    trap 'cd /; rm -rf "$work"' EXIT
    trap 'exit 143' INT TERM HUP
    each archive take_archive
    [ "$(readlink -f "$etc")" = "$etc" ] || {
        say told "which units it would touch is not known before: /etc/nixos is a link"
        say end
        exit 0
    }
    cp -a "$etc" "$work/nixos" 2>"$work/log" || {
        details "$work/log"
        fail space "cannot copy /etc/nixos"
    }
    rm -rf "$work/nixos/mailctl"
    mkdir "$work/new" "$work/built"
    cd "$work/new"
    case $form in
    gzip) head -c "$size" | gzip --decompress --stdout | tar --extract --no-same-owner ;;
    *) head -c "$size" | tar --extract --no-same-owner ;;
    esac 2>"$work/log" || {
        details "$work/log"
        fail space "cannot unpack the module"
    }
    mv .mailctl/laid/etc/nixos/mailctl "$work/nixos/mailctl"
    cd "$work/built"
    if [ ! -e "$work/nixos/flake.nix" ]; then
        set -- -I "nixos-config=$work/nixos/configuration.nix"
    elif [ -e "$work/nixos/.git" ]; then
        set -- --flake "$work/nixos"
    else
        set -- --flake "path:$work/nixos"
    fi
    try build "$@"
    built=$(readlink -f result)
    each host refuse_foreign
    try dry-activate "$@"
    grep '^would ' "$work/log" | sed "s/^/told$TAB/" || :
    say end
}

# try WORD... : nixos-rebuild(8), and why it failed
try() {
    rebuild "$@" && return 0
    details "$work/log"
    told_of_git
    say fail build "nixos-rebuild $1" "status $code"
    exit 3
}

take_archive() {
    form=$1
    size=$2
}

try_it
