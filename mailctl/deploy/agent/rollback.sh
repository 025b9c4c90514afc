# Switch to a generation that lies on the host already; 0 is the host as we found it.
#
# Given: the orders. Standard input: the client's word `confirm`.

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
    ensure_probe
    note_pending
    sync -f "$state"
    say step "switching to generation $number"
    begin_switch
    if go; then
        ! answer confirm || confirm_switch
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

go() {
    arrange "$before" "$number" || return 1
    if [ "$number" = 0 ]; then
        ! ordered systemd-reload || manage daemon-reload || return 1
        restore_all
    else
        retire && act && probe
    fi
}

roll_back
