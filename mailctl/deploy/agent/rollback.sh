# Switch to a generation that lies on the host already; 0 is the host as we found it.
#
# Given: the orders. Standard input: the guard, then the client's word `confirm`.

keeps_number=yes

roll_back() {
    orders=$given$NEWLINE
    begin
    know_live
    each base check_base
    [ -d "$generations/$number" ] || fail absent "there is no generation $number"
    [ "$number" = 0 ] || [ -z "$(drift "$generations/$number")" ] ||
        fail verify "generation $number was changed since it was laid"
    # back to the start the services of what is live now are those that are told
    manifest=$generations/$number/.mailctl/manifest
    [ "$number" != 0 ] || manifest=$live/.mailctl/manifest
    each guard take_guard
    ensure_probe
    note_pending
    sync -f "$state" "$units"
    say step "switching to generation $number"
    begin_switch
    if go; then
        ! answer confirm || confirm_switch || say detail "the host cannot note that it is confirmed"
    else
        say detail "generation $number did not pass its probes"
    fi
    [ "$switched" = no ] || exit 4 # clean_up goes back
    rm -rf "$pending" "$work"/*
    [ "$number" != 0 ] || dismiss_guard
    sync -f "$state"
    say "done" "$number"
}

# check_base NUMBER DIGEST TO : the way was looked at while this generation was live
check_base() {
    [ "$before$TAB$digest" = "$1$TAB$2" ] ||
        fail moved "another generation is live than the one that was looked at"
    number=$3
}

# take_guard SIZE : a host that went back to how we found it has none, and another mailctl may
# have left another one
take_guard() {
    umask 077
    head -c "$1" >"$work/guard.sh" || fail space "cannot write to $state"
    umask 022
    [ "$(stat --format=%s "$work/guard.sh")" = "$1" ] ||
        fail broken "what was sent did not arrive whole"
    ensure_guard "$work/guard.sh"
}

go() {
    arrange "$before" "$number" || return 1
    if [ "$number" = 0 ]; then
        ! ordered systemd-reload || manage daemon-reload || return 1
        restore_all
    else
        retire && act && probe "$(duties "$manifest")"
    fi
}

roll_back
