# What outlives the agent: when it is killed, or the power fails, between the switch and the
# client's word, the host goes back by itself.
#
# $pending lies there from before the switch until it is confirmed or taken back. systemd starts
# the guard as soon as it appears; the guard waits for the agent to let go of the lock, and does
# what the agent has left undone. At the next boot the links are put right before any daemon
# starts, and the guard does the rest. $pending holds the orders up to `end`, then how far it came.
#

guard=$state/guard.sh
units=$root/etc/systemd/system

# ensure_guard FILE : the one that the client has sent
ensure_guard() {
    mv -T "$1" "$guard"
    # where another folder stands for / there is no systemd to ask
    if [ -n "$root" ]; then
        [ -d "$units" ] || mkdir -p "$units"
        empty "$units/mailctl-guard.path"
        return
    fi
    [ -d "$units/multi-user.target.wants" ] || mkdir -p "$units/multi-user.target.wants"
    write_units || fail space "cannot write to $units"
    manage daemon-reload || fail guard "systemd does not read the units that watch over the switch"
}

# watch : systemd waits for $pending, also where it gave that up before we came
watch() {
    [ -z "$root" ] || return 0
    ! systemctl --quiet is-active mailctl-guard.path 9>&- || return 0
    systemctl reset-failed mailctl-guard.path mailctl-guard.service 2>/dev/null 9>&- || :
    manage start mailctl-guard.path || fail guard "systemd does not watch over the switch"
}

write_units() {
    printf '%s\n' >"$units/mailctl-guard.path" \
        '# mailctl: an apply is at work, and may need the guard' \
        '[Unit]' \
        'Description=Watch for a mailctl apply that is not confirmed yet' \
        '[Path]' \
        'PathExists=/var/lib/mailctl/pending' &&
        printf '%s\n' >"$units/mailctl-guard.service" \
            '# mailctl: waits for the apply to end; takes it back where it was cut off' \
            '[Unit]' \
            'Description=Take back a mailctl apply that was cut off' \
            'After=opendkim.service dovecot.service postfix.service postfix@-.service' \
            'StartLimitIntervalSec=0' \
            '[Service]' \
            'Type=oneshot' \
            '# a disk that cannot be written now may be later' \
            'Restart=on-failure' \
            'RestartSec=5' \
            'ExecStart=/bin/sh /var/lib/mailctl/guard.sh "" guard' &&
        printf '%s\n' >"$units/mailctl-recover.service" \
            '# mailctl: after a power cut, the links of one generation before any daemon reads them' \
            '[Unit]' \
            'Description=Put back the links of a mailctl apply that was cut off' \
            'DefaultDependencies=no' \
            'After=local-fs.target' \
            'Before=sysinit.target shutdown.target' \
            'Conflicts=shutdown.target' \
            'ConditionPathExists=/var/lib/mailctl/pending' \
            '[Service]' \
            'Type=oneshot' \
            'ExecStart=/bin/sh /var/lib/mailctl/guard.sh "" boot' &&
        ln -sf -t "$units/multi-user.target.wants" \
            ../mailctl-guard.path ../mailctl-recover.service
}

# dismiss_guard : the host is as we found it
dismiss_guard() {
    [ -e "$units/mailctl-guard.path" ] || return 0
    [ -n "$root" ] || systemctl --quiet stop mailctl-guard.path 2>/dev/null || :
    rm -f "$guard" "$units/mailctl-guard.path" "$units/mailctl-guard.service" \
        "$units/mailctl-recover.service" "$units/multi-user.target.wants/mailctl-guard.path" \
        "$units/multi-user.target.wants/mailctl-recover.service"
    [ -n "$root" ] || manage daemon-reload || :
}

# note_pending : what is needed to take the switch back; it must be on the disk before that
note_pending() {
    watch
    printf 'way\t%s\t%s\t%s\t%s\n%send\n' \
        "$before" "$number" "$keeps_number" $$ "$orders" >"$pending" ||
        fail space "cannot write to $state"
    [ -z "$root" ] || setsid sh "$guard" "$root" guard </dev/null >/dev/null 2>&1 9>&- &
}

# begin_switch, confirm_switch : how far it came
begin_switch() {
    printf 'switching\n' >>"$pending" || fail space "cannot write to $state"
    switched=yes
}

# confirm_switch : fails where that cannot be noted, for then the guard would take it back
confirm_switch() {
    note_confirmed "$number" && printf 'confirmed\n' 2>/dev/null >>"$pending" || return 1
    switched=no
}

# note_confirmed NUMBER : it was live and did what it should
note_confirmed() {
    [ "$1" != 0 ] || return 0
    [ ! -e "$generations/$1/.mailctl/unsettled" ] || rm -f "$generations/$1/.mailctl/unsettled"
    # a line of a file that is there: that needs no room
    is_confirmed "$generations/$1" || printf 'confirmed\n' 2>/dev/null >>"$generations/$1/.mailctl/made"
}

# read_pending : sets $before, $number, $keeps_number, $manifest, $orders and $told: how far it
# came, empty when the note itself was cut off, before anything was switched
read_pending() {
    told=
    {
        ! read_orders || {
            told=noted
            while read -r _word; do
                told=$_word
            done
        }
    } <"$pending"
    [ -n "$told" ] || return 0
    each way take_way
    [ "$(readlink "$current")" = "generations/$before" ] || [ "$told" = confirmed ] ||
        told=switching
}

take_way() {
    before=$1
    number=$2
    keeps_number=$3
    agent=$4
    manifest=$generations/$number/.mailctl/manifest
    [ "$number" != 0 ] || manifest=$generations/$before/.mailctl/manifest
}

# recover : ends what a killed agent has left; we hold the lock. Fails where that cannot be done
# yet, as on a disk that cannot be written.
recover() {
    [ -e "$pending" ] || return 0
    # no daemon is restarted for an attempt that cannot end; access(2) says EROFS to root too
    [ -w "$state" ] || return 1
    [ -d "$work" ] || mkdir -m 700 "$work" || return 1
    forget_probe
    (
        read_pending
        case $told in
        noted) [ "$keeps_number" = yes ] || rm -rf "${generations:?}/$number" ;;
        switching)
            take_back || :
            [ "$settled" != no ]
            ;;
        confirmed) note_confirmed "$number" ;;
        esac
    ) || return 1
    rm -rf "$pending" "$work"/* || return 1
    empty "$state/lock"
    [ "$(readlink "$current")" != generations/0 ] || dismiss_guard
}
