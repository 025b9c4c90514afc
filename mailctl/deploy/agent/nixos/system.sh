# A host of NixOS: its configuration imports a folder of ours, and nixos-rebuild(8) does the rest.
#
# The folder and the secrets are put in place by a rename each. Until all is well $pending says
# what was there before, by inode numbers, so that whoever comes next can bring it back from any
# moment at which this was cut off.
#
# Given: $orders, $number (the generation to go to).

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
units=

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

# stage NUMBER : what a generation consists of, beside the places that it is for
stage() {
    _from=$generations/$1/.mailctl/laid
    _known=$generations/$1/.mailctl/manifest
    remove "$module.new" "$secrets.new"
    {
        cp -R "$_from/etc/nixos/mailctl" "$module.new" && chmod -R u=rwX,go=rX "$module.new" &&
            if [ -d "$_from/var/lib/mailctl/secrets" ]; then
                cp -R "$_from/var/lib/mailctl/secrets" "$secrets.new"
            else
                mkdir "$secrets.new"
            fi &&
            find "$secrets.new" -type d -exec chmod 711 {} +
    } 2>"$work/log" || {
        details "$work/log"
        fail space "cannot write to /etc/nixos and /var/lib/mailctl"
    }
    entries file "$_known" >"$work/files"
    while IFS=$TAB read -r _sum _mode _owner _group _secrecy _path; do
        [ "$_secrecy" = plain ] || hand_over "$secrets.new${_path#/var/lib/mailctl/secrets}"
    done <"$work/files"
    sync -f "$etc" "$state"
}

# hand_over FILE : to $_owner and $_group, once the system has them; until then it is root's alone,
# and the module's own rules for tmpfiles.d(5) do it at the switch
hand_over() {
    getent passwd "$_owner" >"$work/account" && getent group "$_group" >"$work/account" || return 0
    chown "$_owner:$_group" "$1" && chmod "$_mode" "$1"
}

# note_pending : from here on there is something to take back
note_pending() {
    {
        printf 'system\t%s\n' "$(readlink "$profile")"
        printf 'module\t%s\n' "$(inode "$module")"
        printf 'secrets\t%s\n' "$(inode "$secrets")"
        printf 'live\t%s\n' "$before"
    } 2>/dev/null >"$pending.new" || fail space "cannot write to $state"
    sync -f "$pending.new"
    mv "$pending.new" "$pending"
}

# swap FOLDER : FOLDER.new takes its place, what was there becomes FOLDER.former. Where mv(1) can,
# by one rename; else by two, and what is between them is seen by the inodes.
swap() {
    if [ ! -e "$1" ] && [ ! -L "$1" ]; then
        mv -T "$1.new" "$1"
    elif mv --exchange -T "$1.new" "$1" 2>/dev/null; then
        mv -T "$1.new" "$1.former"
    else
        mv -T "$1" "$1.former"
        mv -T "$1.new" "$1"
    fi
}

# put_back FOLDER INODE : what had that inode is there again, whatever was done since
put_back() {
    if [ "$2" = absent ]; then
        rm -rf "$1"
    elif [ "$(inode "$1")" != "$2" ]; then
        for _place in "$1.former" "$1.new"; do
            [ "$(inode "$_place")" = "$2" ] || continue
            if ! mv --exchange -T "$_place" "$1" 2>/dev/null; then
                rm -rf "$1"
                mv -T "$_place" "$1"
            fi
        done
    fi
    rm -rf "$1.new" "$1.former"
}

# take_back : all that $pending speaks of; says `stuck` where the system does not come back
take_back() {
    _system= _module= _secrets= _live= _built= _stuck=no
    while IFS=$TAB read -r _kind _value; do
        case $_kind in
        system) _system=$_value ;;
        module) _module=$_value ;;
        secrets) _secrets=$_value ;;
        live) _live=$_value ;;
        built) _built=$_value ;;
        esac
    done <"$pending"
    _had_secrets=$(inode "$secrets")
    put_back "$module" "$_module"
    put_back "$secrets" "$_secrets"
    if [ "$_live" = 0 ]; then
        rm -f "$current"
    else
        ln -sfT "generations/$_live" "$current"
    fi
    # a system that is neither is somebody else's work, and stays
    if [ "$(readlink "$profile")" != "$_system" ] && [ "$(readlink -f "$profile")" = "$_built" ]; then
        say step "going back to ${_system%-link} of NixOS"
        to_system "$_system" || {
            say stuck "NixOS does not go back to ${_system%-link}"
            say detail "its module and secrets are back; nixos-rebuild switch builds it from them"
            _stuck=yes
            [ ! -e "$work/log" ] || details "$work/log"
        }
    fi
    [ "$_had_secrets" = "$(inode "$secrets")" ] || tell || :
    [ "$switched" = no ] || say back "$_live"
    # else it is tried again by whoever comes next
    [ "$_stuck" = yes ] || rm -f "$pending"
}

# recover : an earlier one was cut off
recover() {
    remove "$pending.new"
    [ ! -e "$pending" ] || {
        say step "taking back what was cut off"
        take_back
        [ ! -e "$pending" ] || return 1
    }
    remove "$module.new" "$module.former" "$secrets.new" "$secrets.former"
    for _number in $(numbers); do
        [ "$_number" = 0 ] || is_confirmed "$generations/$_number" ||
            rm -rf "${generations:?}/$_number"
    done
}

# clean_up : in the place of the one that hosts with a guard have; nothing is lost without it, for
# the next one recovers
clean_up() {
    status=$?
    trap - EXIT
    trap '' INT TERM
    cd /
    if [ -e "$pending" ]; then
        take_back || :
        [ "$switched" = no ] || status=4
    fi
    {
        [ -z "$fresh" ] || remove "$fresh"
        remove "$work"/* "$partial" "$module.new" "$secrets.new"
        empty "$state/lock"
    } || :
    exit "$status"
}
fresh=

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

# tell : what reads a secret only when it is told to
tell() {
    each tell _tell
}

_tell() {
    systemctl try-reload-or-restart "$1" >"$work/told" 2>&1 || {
        details "$work/told"
        return 1
    }
}

# answers : every port greets; one that speaks TLS at once is only connected to where there is no
# openssl(1)
answers() {
    ports=
    loopback=127.0.0.1
    each probe know_loopback
    each port know_port
    greets
}

know_loopback() {
    [ "$1" != loopback ] || loopback=$2
}

know_port() {
    if [ "$2" = plain ] || command -v openssl >/dev/null; then
        ports=$ports$1$TAB$2$TAB$3$NEWLINE
        return 0
    fi
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        # shellcheck disable=SC2016 # expanded there
        ! timeout 6 bash -c 'exec 3<>"/dev/tcp/$1/$2"' port "$loopback" "$1" 2>/dev/null 9>&- ||
            return 0
        sleep 1
    done
    say detail "port $1 does not answer"
    return 1
}

# confirm_switch : the new one is the one that counts
confirm_switch() {
    _made=$generations/$number/.mailctl
    readlink "$profile" >"$_made/system" || return 1
    is_confirmed "$generations/$number" || echo confirmed >>"$_made/made" || return 1
    ln -sfT "generations/$number" "$current"
    sync -f "$state" "$etc"
    rm "$pending"
    switched=no
    fresh=
    remove "$module.former" "$secrets.former"
}

# turn : the secrets come, the system is switched by the command that follows, and is kept if all
# is well
turn() {
    say step "switching to generation $number"
    switched=yes
    swap "$secrets"
    if "$@" && tell && say step "asking the ports" && answers; then
        ! answer confirm || confirm_switch || say detail "the host cannot note that it is confirmed"
    else
        say detail "generation $number did not pass its probes"
    fi
    [ "$switched" = no ] || exit 4 # clean_up goes back
}

# switch_by_rebuild : what was built is live
switch_by_rebuild() {
    rebuild switch && return 0
    say detail "nixos-rebuild switch ended with status $code:"
    details "$work/log"
    return 1
}
