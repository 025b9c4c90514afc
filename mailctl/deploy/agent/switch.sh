# One rename switches everything; the same steps take it back.
#
# Generation 0 is the host as we found it: what stood at the paths that became our links, and
# which services ran, on which release. Its folder is only a record, nothing is served from it;
# 0700, for the administrator's files may hold secrets.
#
# Given: $before, $number (the generations of which we come and to which we go), $manifest (that
# of $number; back to the start that of $before), $orders.

# begin_with_0 : before the first change of a host. Generation 0 is live from then on, so that
# there is a `current` to be in the place of.
begin_with_0() {
    [ "$before" != 0 ] || note_release <"$root/etc/os-release" >"$origin/os-release"
    if ordered origin; then
        each origin note_service >"$work/services" && cat "$work/services" >>"$origin/services"
    fi
    [ -L "$current" ] || ln -sfT generations/0 "$current"
}

# note_release : copies an os-release(5), whose last line may have no end
note_release() {
    while IFS= read -r _line || [ -n "$_line" ]; do
        printf '%s\n' "$_line"
    done
}

# note_service UNIT ACTIVE ENABLED : how a service stood before we came; the last line of a
# unit counts
note_service() {
    printf '%s\t%s\t%s\n' "$1" "$2" "$3"
}

# arrange FROM TO : the switch, then the links that TO has, and away with those that only FROM
# has. What the administrator has at such a path is on the disk elsewhere before it goes.
arrange() {
    links_of "$1" "$2" || return 1
    keep_originals || return 1
    # towards the start nothing serves the links any more once `current` is switched
    [ "$2" = 0 ] || ln -sfT "generations/$2" "$current" || return 1
    _lines=$ours
    while read_line; do
        place_link "${_next%%"$TAB"*}" "${_next#*"$TAB"}" || return 1
    done
    _lines=$gone
    while read_line; do
        remove_link "$_next" || return 1
    done
    [ "$2" != 0 ] || ln -sfT generations/0 "$current"
}

# links_of FROM TO : sets $ours, the links (`PATH TAB TARGET` lines) that TO has, $gone, the
# paths of those that only FROM has, and $there, what is at all those paths
links_of() {
    ours=
    gone=
    there=$NEWLINE
    _to=$generations/$2/.mailctl/manifest
    _lines=$(grep "^link$TAB" "$generations/$1/.mailctl/manifest" "$_to" 2>/dev/null || :)
    _lines=$_lines${_lines:+$NEWLINE}
    set --
    while read_line; do
        _link=${_next#*"$TAB"}
        case $_next in
        "$_to:"*) ours=$ours$_link$NEWLINE ;;
        *) gone=$gone${_link%%"$TAB"*}$NEWLINE ;;
        esac
        set -- "$@" "$root${_link%%"$TAB"*}"
    done
    [ $# -gt 0 ] || return 0
    there=$NEWLINE$(find "$@" -maxdepth 0 -printf '%p\t%y\t%l\n' 2>/dev/null || :)$NEWLINE
    _lines=$gone
    gone=
    while read_line; do
        case $NEWLINE$ours in
        *"$NEWLINE$_next$TAB"*) ;;
        *) gone=$gone$_next$NEWLINE ;;
        esac
    done
}

# is_there PATH, is_ours PATH, leads_to PATH TARGET : what links_of found
is_there() {
    case $there in
    *"$NEWLINE$root$1$TAB"*) return 0 ;;
    esac
    return 1
}

is_ours() {
    case $there in
    *"$NEWLINE$root$1${TAB}l$TAB$current/"*) return 0 ;;
    esac
    return 1
}

leads_to() {
    case $there in
    *"$NEWLINE$root$1${TAB}l$TAB$current/$2$NEWLINE"*) return 0 ;;
    esac
    return 1
}

# keep_originals : puts aside what the administrator has at paths that become our links. While
# generation 0 is live it is the original; later it is somebody's replacement of our link.
keep_originals() {
    kept=no
    _lines=$ours
    while read_line; do
        _path=${_next%%"$TAB"*}
        is_ours "$_path" || keep_original "$_path" || return 1
    done
    # they must not be lost with the power, for their places are about to be taken
    [ "$kept" = no ] || sync -f "$state"
}

keep_original() {
    place=$origin/saved
    if [ "$before" = 0 ] || ! grep -qxF "$1" "$origin/known" 2>/dev/null; then
        printf '%s\n' "$1" >>"$origin/known" || return 1
        is_there "$1" || {
            [ ! -e "$place$1" ] || rm -f "$place$1"
            return 0
        }
    else
        is_there "$1" || return 0
        place=$origin/replaced/$number
    fi
    kept=yes
    mkdir -p "$place${1%/*}" && rm -rf "$place$1.new" &&
        cp -a "$root$1" "$place$1.new" && mv -T "$place$1.new" "$place$1"
}

# place_link PATH TARGET : ln(1) renames over what is there, so that the path is never missing
place_link() {
    ! leads_to "$1" "$2" || return 0
    [ -d "$root${1%/*}" ] || {
        mkdir -p "$root${1%/*}" && printf '%s\n' "${1%/*}" >>"$origin/folders"
    } || return 1
    ln -sfT "$current/$2" "$root$1"
}

# remove_link PATH : what was there before comes back; what somebody else put there stays
remove_link() {
    ! is_there "$1" || is_ours "$1" || return 0
    if [ -e "$origin/saved$1" ] || [ -L "$origin/saved$1" ]; then
        rm -rf "$root$1.mailctl-new"
        cp -a "$origin/saved$1" "$root$1.mailctl-new" && mv -T "$root$1.mailctl-new" "$root$1"
    else
        rm -f "$root$1" || return 1
        # a folder that we have made for it
        ! grep -qxF "${1%/*}" "$origin/folders" 2>/dev/null || rmdir "$root${1%/*}" 2>/dev/null || :
    fi
}

# act : services as the orders say, all of a kind at once: systemd knows their order
act() {
    ! ordered systemd-reload || manage daemon-reload || return 1
    for verb in enable restart reload start; do
        subjects "$verb"
        # a master that saw its children die holds them back for a while, also after a reload
        [ "$verb$back" != reloadyes ] || verb=restart
        [ -n "$found" ] || continue
        [ "$verb" = enable ] || say step "$verb$found"
        [ "$verb" != reload ] || verb=reload-or-restart
        # shellcheck disable=SC2086 # names of units hold no blanks
        manage "$verb" $found || again "$verb" $found || return 1
    done
}

# again VERB UNIT... : a unit that failed too often before we came is not started again before
# it is told to forget that (systemd.unit(5), StartLimitIntervalSec)
again() {
    [ "$1" != enable ] || return 1
    verb=$1
    shift
    systemctl reset-failed "$@" 2>/dev/null 9>&- || :
    manage "$verb" "$@"
}

# manage VERB UNIT... : systemctl(1), with its words and the units' last ones when it fails
manage() {
    _said=$(timeout 120 systemctl --quiet "$@" </dev/null 2>&1 9>&-) && return 0
    recount "$_said"
    verb=$1
    shift
    for unit in "$@"; do
        systemctl --quiet is-active "$unit" && continue
        recount "$(journalctl --unit="$unit" --lines=8 --no-pager --output=cat 2>&1 || :)"
    done
    say detail "systemctl $verb${*:+ $*} failed"
    return 1
}

# retire : services that the new generation has no more stand again as we found them; those of a
# release that the host has left are ended
retire() {
    each retire restore_service && each end end_service
}

# end_service UNIT : its file may be gone with the release
end_service() {
    timeout 120 systemctl --quiet disable --now "$1" </dev/null >/dev/null 2>&1 9>&- || :
    ! systemctl --quiet is-active "$1" 9>&- || {
        say detail "$1 does not end"
        return 1
    }
    systemctl reset-failed "$1" 2>/dev/null 9>&- || :
}

# restore_service UNIT : as it was before we came
restore_service() {
    line=$(grep "^$1$TAB" "$origin/services" 2>/dev/null | tail -n 1)
    [ -n "$line" ] || line="$1${TAB}absent${TAB}absent"
    line=${line#*"$TAB"}
    # ended first, as its unit told when it began: whoever enables or disables one has systemd read
    # all units anew
    case ${line%%"$TAB"*} in
    active | reloading) ;;
    *) manage stop "$1" || return 1 ;;
    esac
    case ${line#*"$TAB"} in
    enabled) manage enable "$1" ;;
    disabled* | absent) manage disable "$1" ;;
    masked*) manage mask "$1" ;;
    esac || return 1
    case ${line%%"$TAB"*} in
    active | reloading) manage restart "$1" ;;
    esac
}

# restore_all : all services of the manifest stand as they did before we came
restore_all() {
    for unit in $(entries service "$manifest" | cut -f1); do
        restore_service "$unit" || return 1
    done
}

# take_back : the former generation again, with the same services told; as far as it goes. Sets
# $settled: `no` as long as the links are not right, for then the guard has to try again.
take_back() {
    switched=no
    back=yes
    settled=yes
    say step "going back to generation $before"
    arrange "$number" "$before" || {
        stuck "the links could not be put back"
        settled=no
    }
    if [ "$before" = 0 ]; then
        ! ordered systemd-reload || manage daemon-reload || :
        restore_all || stuck "not every service stands as it did before"
    else
        act || stuck "a service did not come back"
        restore_new
        each retire bring_up || :
        stands_again
    fi
    case $settled in
    yes) note_confirmed "$before" || : ;;
    # whatever it was that failed, the next apply tells all services and tries the host out
    *) [ "$before" = 0 ] || empty "$generations/$before/.mailctl/unsettled" || : ;;
    esac
    [ "$settled" = no ] || [ "$keeps_number" = yes ] || rm -rf "${generations:?}/$number"
    say back "$before"
}

# stuck TEXT : somebody has to look at it
stuck() {
    [ "$settled" = no ] || settled=stuck
    say stuck "$1"
}

# restore_new : services that only the generation has that we leave
restore_new() {
    _former=$NEWLINE$(entries service "$generations/$before/.mailctl/manifest" | cut -f1)$NEWLINE
    for unit in $(entries service "$generations/$number/.mailctl/manifest" | cut -f1); do
        case $_former in
        *"$NEWLINE$unit$NEWLINE"*) ;;
        *) restore_service "$unit" || stuck "$unit does not stand as it did before" ;;
        esac
    done
}

# bring_up UNIT : what was retired works again
bring_up() {
    manage enable "$1" && manage restart "$1" || stuck "$1 did not come back"
}

# stands_again : what came back passes its probes; where it does not, its services are restarted.
# Postfix and Dovecot hold back what has failed in the generation that we left, and keep doing so
# for a minute after a reload.
stands_again() {
    _duties=$(duties "$generations/$before/.mailctl/manifest")
    probe "$_duties" >/dev/null && return 0
    # shellcheck disable=SC2086 # names of units hold no blanks
    manage restart $restartable && probe "$_duties" || stuck "generation $before does not pass its probes either"
}
