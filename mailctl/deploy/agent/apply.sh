# Lay a generation, check it, switch to it, and keep it only if all is well.
#
# Given: the orders. Standard input: the archive, then the client's word: `switch` before the
# switch, `confirm` after it.

keeps_number=no

apply() {
    orders=$given$NEWLINE
    begin
    know_live
    each base check_base
    begin_with_0
    prepare
    highest
    number=$((highest + 1))
    manifest=$generations/$number/.mailctl/manifest
    say step "laying generation $number"
    each archive take_archive
    lay
    verify
    try_out
    [ ! -e .mailctl/guard.sh ] || ensure_guard .mailctl/guard.sh
    ensure_probe
    finish
    answer_in_time switch || {
        rm -rf "${generations:?}/$number"
        fail aborted "the client did not say to switch"
    }
    say step "switching to generation $number"
    begin_switch
    if turn && retire && act && probe "$orders"; then
        ! answer confirm || confirm_switch || say detail "the host cannot note that it is confirmed"
    else
        say detail "generation $number did not pass its probes"
    fi
    [ "$switched" = no ] || exit 4 # clean_up goes back
    tidy
    say "done" "$number"
}

# turn : the switch; where all links are right already, and the same, it is just that
turn() {
    if ordered links; then
        arrange "$before" "$number"
    else
        ln -sfT "generations/$number" "$current"
    fi
}

take_archive() {
    form=$1
    size=$2
}

# check_base NUMBER DIGEST WANTED : the plan was made for the generation that is live
check_base() {
    [ "$before$TAB$digest" = "$1$TAB$2" ] ||
        fail moved "another generation is live than the plan was made for"
    wanted=$3
}

prepare() {
    subjects install
    # shellcheck disable=SC2086 # names of packages hold no blanks
    install_packages $found
    each account ensure_account
    each directory ensure_directory
    each certificate ensure_certificate
    each provisional ensure_provisional
}

# highest : sets $highest to the largest number of a generation that lies there
highest() {
    highest=0
    for _path in "$generations"/*; do
        _number=${_path##*/}
        case $_number in
        *[!0-9]*) ;;
        *) [ "$_number" -le "$highest" ] || highest=$_number ;;
        esac
    done
}

# tidy : the ten newest generations stay, unless they are older than 90 days (they hold former
# keys and passwords); the original, the live one and the one before it always do. What is told
# as done must have reached the disk.
tidy() {
    set -- "$pending" "$work"/*
    for _path in "$generations"/*; do
        _number=${_path##*/}
        case $_number in
        0 | "$number" | "$before" | *[!0-9]*) continue ;;
        esac
        made=$seconds
        [ ! -e "$_path/.mailctl/made" ] || IFS=$TAB read -r _moment _who made <"$_path/.mailctl/made" || :
        if [ "$_number" -le "$((number - 10))" ] ||
            [ "${made:-$seconds}" -lt "$((seconds - 90 * 86400))" ]; then
            set -- "$@" "$_path"
        fi
    done
    rm -rf "$@"
    empty "$state/lock" || :
    sync -f "$state"
}

case $mode in
try) in_namespace "$@" ;;
*) apply ;;
esac
