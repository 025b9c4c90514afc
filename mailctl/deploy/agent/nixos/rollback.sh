# Switch a host of NixOS to a generation that lies there; 0 is the host as it was found.
#
# Its module and its secrets come back in any case. The system does as a whole, as long as nobody
# has built another one since; what others have changed meanwhile stays, and is built again.
#
# Given: the orders. Standard input: the client's word `confirm`.

roll_back() {
    orders=$given$NEWLINE
    begin
    know_live
    each base check_base
    kept=$generations/$number/.mailctl
    [ -d "$kept/laid" ] || fail absent "there is no generation $number"
    stage "$number"
    note_pending
    swap "$module"
    target=$(cat "$kept/system")
    if [ "$(readlink "$profile")" = "$(cat "$live/.mailctl/system" 2>/dev/null)" ] &&
        [ -e "${profile%/*}/$target" ]; then
        printf 'built\t%s\n' "$(readlink -f "${profile%/*}/$target")" >>"$pending"
        turn switch_by_profile
    else
        build
        turn switch_by_rebuild
    fi
    remove "$work"/*
    empty "$state/lock" || :
    sync -f "$state"
    say "done" "$number"
}

# check_base NUMBER DIGEST TO : the way was looked at while this generation was live
check_base() {
    [ "$before$TAB$digest" = "$1$TAB$2" ] ||
        fail moved "another generation is live than the one that was looked at"
    number=$3
}

switch_by_profile() {
    to_system "$target" && return 0
    say detail "NixOS does not switch to ${target%-link}:"
    details "$work/log"
    return 1
}

roll_back
