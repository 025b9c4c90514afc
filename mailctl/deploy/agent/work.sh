# Being the only one at work, and leaving nothing behind however it ends.
#
# Given: $by (who applies), $patience (seconds to wait for the client's word).

work=
partial=
policy=$root/usr/sbin/policy-rc.d
switched=no

# clean_up : runs at every exit; a switch that was not confirmed is taken back first
clean_up() {
    status=$?
    trap - EXIT
    trap '' INT TERM
    if [ "$switched" = yes ]; then
        take_back
        status=4
    fi
    allow_starts
    [ -z "$work" ] || rm -rf "$work"
    [ -z "$partial" ] || rm -rf "$partial"
    exit "$status"
}

# begin : one agent at a time. The lock is the kernel's, so none is ever left behind by a
# process that died or a machine that lost power; its text only says who holds it.
begin() {
    [ "$(id -u)" = 0 ] || fail permission "not root"
    mkdir -p "$generations" 2>/dev/null || fail space "cannot make $generations"
    exec 9>>"$state/lock"
    flock --wait 5 9 || fail locked "$(cat "$state/lock")"
    printf '%s since %s\n' "$by" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >"$state/lock" 2>/dev/null || :
    trap clean_up EXIT
    trap '' HUP PIPE
    trap 'exit 143' INT TERM
    # what an interrupted run has left
    rm -rf "$generations"/*.partial "$state"/work.*
    allow_starts
    work=$(mktemp -d "$state/work.XXXXXXXX" 2>/dev/null) || fail space "cannot write to $state"
}

# answer QUESTION : asks the client and waits for its word; fails when it says anything else,
# is gone, or takes too long
answer() {
    say ask "$1"
    word=$(timeout "$patience" head -n 1 || :)
    [ "$word" = "$1" ]
}

# hold_starts, allow_starts : between them no package starts its daemon (policy-rc.d is what
# deb-systemd-invoke and invoke-rc.d ask), for its configuration would be Debian's, not ours
hold_starts() {
    [ ! -e "$policy" ] || mv "$policy" "$policy.mailctl-saved"
    printf '#!/bin/sh\n# mailctl: no daemon starts before its configuration is there\nexit 101\n' \
        >"$policy"
    chmod 755 "$policy"
}

allow_starts() {
    if [ -e "$policy" ] && grep -q '^# mailctl:' "$policy"; then
        rm -f "$policy"
    fi
    [ ! -e "$policy.mailctl-saved" ] || mv "$policy.mailctl-saved" "$policy"
}
