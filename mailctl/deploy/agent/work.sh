# Being the only one at work, and leaving nothing behind however it ends.
#
# Given: $by (who applies), $patience (seconds to wait for the client's word).

work=$state/work
partial=
pending=$state/pending
policy=$root/usr/sbin/policy-rc.d
switched=no
back=no
settled=yes
orders=
seconds=

# clean_up : runs at every exit; a switch that was not confirmed is taken back first
clean_up() {
    status=$?
    trap - EXIT
    trap '' INT TERM
    cd /
    if [ "$switched" = yes ]; then
        take_back || :
        status=4
    fi
    {
        allow_starts
        forget_probe
        [ "$settled" = no ] || remove "$pending"
        remove "$work"/* "$partial"
        empty "$state/lock"
    } || :
    [ "$status" = 0 ] || [ "${before:-}" != 0 ] || dismiss_guard
    exit "$status"
}

# begin : one agent at a time. The lock is the kernel's, so none is ever left behind by a
# process that died or a machine that lost power; its text only says who holds it.
begin() {
    # no program is needed to know it: / belongs to root, and whoever is root owns it
    [ -O / ] || fail permission "not root"
    { [ -d "$origin" ] && [ -d "$work" ]; } || mkdir -p -m 700 "$origin" "$work" 2>/dev/null ||
        fail space "cannot make $origin"
    { exec 9>>"$state/lock"; } 2>/dev/null || fail space "cannot write to $state"
    flock --wait 5 9 || {
        say now "$(date +%s)"
        fail locked "$(cat "$state/lock")"
    }
    trap clean_up EXIT
    trap '' HUP PIPE
    trap 'exit 143' INT TERM
    tell_clock
    printf '%s since %s\n' "$by" "$moment" >"$state/lock" 2>/dev/null || :
    recover || fail stuck "a switch that was cut off cannot be taken back"
    # what an interrupted run has left
    remove "$generations"/*.partial
    allow_starts
}

# tell_clock : sets $moment (RFC 3339, UTC) and $seconds (since 1970); the client may have seen
# them a moment ago
tell_clock() {
    each clock _clock
    [ -n "$seconds" ] || _clock $(date -u '+%s %Y-%m-%dT%H:%M:%SZ')
}

_clock() {
    seconds=$1
    moment=$2
}

# remove PATH... : those that are there
remove() {
    for _path in "$@"; do
        [ -z "$_path" ] || [ ! -e "$_path" ] || rm -rf "$_path"
    done
}

# read_orders : $orders are the lines of standard input up to `end`; fails when that is missing.
# A shell reads byte by byte: this is for what need not be fast.
read_orders() {
    orders=
    while IFS= read -r _line; do
        [ "$_line" != end ] || return 0
        orders=$orders$_line$NEWLINE
    done
    return 1
}

# each KIND FUNCTION : calls the function with the fields of every order of a kind, until one
# call fails. The function must not call it again.
each() {
    _kind=$1$TAB
    _function=$2
    set -f
    IFS=$NEWLINE
    for _line in $orders; do
        case $_line in
        "$_kind"*) ;;
        *) continue ;;
        esac
        IFS=$TAB
        # shellcheck disable=SC2086 # split at tabs, on purpose
        set -- ${_line#"$_kind"}
        IFS=$BLANKS
        set +f
        "$_function" "$@" || return 1
        set -f
        IFS=$NEWLINE
    done
    IFS=$BLANKS
    set +f
}

# ordered KIND : whether there is an order of a kind
ordered() {
    case $NEWLINE$orders in
    *"$NEWLINE$1$TAB"*) return 0 ;;
    esac
    return 1
}

# subjects KIND : sets $found to the first fields of the orders of a kind, which hold no blanks
subjects() {
    found=
    each "$1" _subject
}

_subject() {
    found="$found $1"
}

# answer QUESTION : asks the client and waits for its word; fails when it says anything else,
# is gone, or takes too long
answer() {
    say ask "$1"
    # bash reads with a time limit, sh does not
    # shellcheck disable=SC2016 # expanded there
    word=$(bash -c 'read -r -t "$1" word; printf "%s" "$word"' answer "$patience" 9>&-) || :
    [ "$word" = "$1" ]
}

# answer_in_time QUESTION : the same where nothing is switched yet, so that only the lock is at
# stake; the guard ends an agent that never goes on
answer_in_time() {
    say ask "$1"
    word=
    read -r word || :
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
