# The guard's own process: $mode is `guard` where an agent is at work or has been killed, and
# `boot`, where nobody is at work yet.
#
# shellcheck shell=sh

stand_guard() {
    [ -e "$pending" ] || return 0
    if [ "$mode" = boot ]; then
        # before any daemon starts: only what they read is put right, the guard does the rest
        [ -d "$work" ] || mkdir -m 700 "$work"
        read_pending
        [ "$told" != switching ] || {
            arrange "$number" "$before"
            ! ordered systemd-reload || systemctl daemon-reload
        }
        return
    fi
    [ "$waited" = yes ] || {
        # its client is silent; it takes back itself what it has switched
        read_pending
        kill "$agent" 2>/dev/null || :
        flock 9
        [ -e "$pending" ] || return 0
    }
    allow_starts
    recover
}

stand_guard
