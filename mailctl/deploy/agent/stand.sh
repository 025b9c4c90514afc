# The guard's own process: $mode is `guard` once the agent has let go of the lock, which we hold
# then, or `boot`, where nobody else is at work yet.
#
# shellcheck shell=sh

stand_guard() {
    [ -e "$pending" ] || return 0
    if [ "$mode" = guard ]; then
        allow_starts
        recover
        return
    fi
    # before any daemon starts: only what they read is put right, the guard does the rest
    mkdir -p "$work"
    read_pending
    [ "$told" != switching ] || {
        arrange "$number" "$before"
        ! ordered systemd-reload || systemctl daemon-reload
    }
}

stand_guard
