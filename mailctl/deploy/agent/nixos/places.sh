# The module and the secrets come in their places on a host of NixOS, and back, whole.
#
# Each is put there by a rename. Until all is well $pending says what was there before, by inode
# numbers, so that whoever comes next can bring it back from any moment at which this was cut off.
#
# Given: $before (the generation that is live), and what system.sh sets.

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
