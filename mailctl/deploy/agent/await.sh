# What the guard does first, before the rest of its text is even read: it waits for the agent to
# let go of the lock. Most often nothing is left to do then.
#
# Sets $waited: `no` where the agent still has it, after a time in which any would have ended.

pending=$root/var/lib/mailctl/pending
waited=no
if [ "$mode" = guard ]; then
    [ -e "$pending" ] || exit 0
    exec 9>>"$root/var/lib/mailctl/lock"
    # seconds from before the switch to the end
    if flock --wait 600 9; then
        waited=yes
        [ -e "$pending" ] || exit 0
    fi
fi
