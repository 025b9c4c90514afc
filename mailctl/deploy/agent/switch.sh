# One rename switches everything; the same steps take it back.
#
# Generation 0 is the host as we found it: what stood at the paths that became our links, and
# which services ran. Its folder is only a record, nothing is served from it; 0700, for the
# administrator's files may hold secrets.

# point_to NUMBER : the switch itself
point_to() {
    rm -f "$current.new"
    ln -s "generations/$1" "$current.new" && mv -T "$current.new" "$current"
}

# remember_services : how the services stood before we came; written once, before we install
remember_services() {
    [ ! -e "$origin/services" ] || return 0
    entries service "$manifest" | while IFS=$TAB read -r unit _; do
        active=$(systemctl is-active "$unit" 2>/dev/null || :)
        enabled=$(systemctl is-enabled "$unit" 2>/dev/null || :)
        printf '%s\t%s\t%s\n' "$unit" "${active:-unknown}" "${enabled:-unknown}"
    done >"$work/services"
    mv "$work/services" "$origin/services"
}

# keep_original PATH : puts aside what the administrator has at a path that becomes our link.
# While generation 0 is live it is the original; later it is somebody's replacement of our link.
keep_original() {
    place=$origin/saved
    [ "$before" = 0 ] || [ ! -e "$origin/known$1" ] || place=$origin/replaced/$number
    mkdir -p "$place$(dirname "$1")" "$origin/known$(dirname "$1")" || return 1
    if [ -e "$root$1" ] || [ -L "$root$1" ]; then
        rm -rf "$place$1.new"
        cp -a "$root$1" "$place$1.new" && mv -T "$place$1.new" "$place$1" || return 1
    elif [ "$before" = 0 ]; then
        rm -f "$place$1"
    fi
    : >"$origin/known$1"
}

# is_ours PATH : whether it is a link of ours
is_ours() {
    case $(readlink "$root$1" 2>/dev/null || :) in
    "$current"/*) return 0 ;;
    esac
    return 1
}

# place_link PATH TARGET : by a rename, so that the path is never missing
place_link() {
    [ "$(link_state "$root$1" "$2")" != right ] || return 0
    is_ours "$1" || keep_original "$1" || return 1
    mkdir -p "$(dirname "$root$1")" &&
        rm -f "$root$1.mailctl-new" &&
        ln -s "$current/$2" "$root$1.mailctl-new" &&
        mv -T "$root$1.mailctl-new" "$root$1"
}

# remove_link PATH : what was there before comes back; what somebody else put there stays
remove_link() {
    if [ -e "$root$1" ] || [ -L "$root$1" ]; then
        is_ours "$1" || return 0
    fi
    if [ -e "$origin/saved$1" ] || [ -L "$origin/saved$1" ]; then
        cp -a "$origin/saved$1" "$root$1.mailctl-new" && mv -T "$root$1.mailctl-new" "$root$1"
    else
        rm -f "$root$1"
        rmdir "$(dirname "$root$1")" 2>/dev/null || :
    fi
}

# services_of NUMBER : the units of a generation
services_of() {
    entries service "$generations/$1/.mailctl/manifest" | cut -f1
}

# arrange FROM TO : the switch, then the links that TO has, and away with those that only FROM has
arrange() {
    point_to "$2" || return 1
    entries link "$generations/$2/.mailctl/manifest" >"$work/links"
    while IFS=$TAB read -r path target; do
        place_link "$path" "$target" || return 1
    done <"$work/links"
    cut -f1 "$work/links" >"$work/stay"
    entries link "$generations/$1/.mailctl/manifest" >"$work/former"
    while IFS=$TAB read -r path _; do
        grep -qxF "$path" "$work/stay" || remove_link "$path" || return 1
    done <"$work/former"
    sync -f "$state"
}

# refuse_folders : a folder at a link's path cannot be replaced by a rename, and is not ours
refuse_folders() {
    entries link "$manifest" | while IFS=$TAB read -r path target; do
        [ "$(link_state "$root$path" "$target")" != folder ] ||
            fail link "$path is a folder on the host; move it away first"
    done
}

# act : services as the orders say; the first that does not obey ends it
act() {
    grep -q "^systemd-reload" "$orders" && { manage daemon-reload || return 1; }
    entries 'enable' "$orders" >"$work/enable"
    while read -r unit; do
        manage enable "$unit" || return 1
    done <"$work/enable"
    sed -n "s/^\(restart\|reload\)$TAB/\1 /p" "$orders" >"$work/actions"
    while read -r verb unit; do
        say step "$verb $unit"
        [ "$verb" != restart ] || systemctl reset-failed "$unit" 2>/dev/null || :
        [ "$verb" != reload ] || verb=reload-or-restart
        manage "$verb" "$unit" || return 1
    done <"$work/actions"
}

# manage VERB [UNIT] : systemctl(1), with its words and the unit's last ones when it fails
manage() {
    timeout 120 systemctl --quiet "$@" </dev/null >"$work/systemctl.log" 2>&1 9>&- && return 0
    details "$work/systemctl.log"
    [ -z "${2:-}" ] || {
        journalctl --unit="$2" --lines=8 --no-pager --output=cat >"$work/journal.log" 2>&1 || :
        details "$work/journal.log"
    }
    say detail "systemctl $* failed"
    return 1
}

# retire : services that the new generation has no more stand again as we found them
retire() {
    entries retire "$orders" >"$work/retire"
    while read -r unit; do
        restore_service "$unit" || return 1
    done <"$work/retire"
}

# restore_service UNIT : as it was before we came
restore_service() {
    line=$(grep "^$1$TAB" "$origin/services" 2>/dev/null || echo "$1${TAB}inactive${TAB}disabled")
    active=$(printf '%s\n' "$line" | cut -f2)
    enabled=$(printf '%s\n' "$line" | cut -f3)
    if [ "$enabled" = enabled ]; then manage enable "$1"; else manage disable "$1"; fi
    if [ "$active" = active ]; then manage restart "$1"; else manage stop "$1"; fi
}

# restore_all : all services of the manifest stand as they did before we came
restore_all() {
    entries service "$manifest" | cut -f1 >"$work/units"
    while read -r unit; do
        restore_service "$unit" || return 1
    done <"$work/units"
}

# take_back : the former generation again, with the same services told; as far as it goes
take_back() {
    switched=no
    entries retire "$orders" >"$work/retire"
    say step "going back to generation $before"
    arrange "$number" "$before" || say stuck "the links could not be put back"
    if [ "$before" = 0 ]; then
        ! grep -q "^systemd-reload" "$orders" || manage daemon-reload || :
        restore_all || say stuck "not every service stands as it did before"
    else
        act || say stuck "a service did not come back"
        services_of "$before" >"$work/former"
        services_of "$number" >"$work/units"
        grep -vxFf "$work/former" "$work/units" >"$work/new" || :
        while read -r unit; do
            restore_service "$unit" || say stuck "$unit does not stand as it did before"
        done <"$work/new"
        while read -r unit; do
            manage enable "$unit" && manage restart "$unit" || say stuck "$unit did not come back"
        done <"$work/retire"
    fi
    [ "$keeps_number" = yes ] || rm -rf "${generations:?}/$number"
    say back "$before"
}
