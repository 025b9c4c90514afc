# A new generation on a host of NixOS: laid, put in place, built, switched to, asked, kept.
#
# Given: the orders. Standard input: the archive, then the client's word: `switch` before the
# switch, `confirm` after it.

apply() {
    orders=$given$NEWLINE
    begin
    know_live
    each base check_base
    begin_with_0
    highest
    number=$((highest + 1))
    each archive take_archive
    lay
    stage "$number"
    note_pending
    swap "$module"
    build
    answer_in_time switch || fail aborted "the client did not say to switch"
    turn switch_by_rebuild
    tidy
    say "done" "$number"
}

# check_base NUMBER DIGEST LISTING WANTED : all is as it was when the plan was made
check_base() {
    [ "$before$TAB$digest" = "$1$TAB$2" ] ||
        fail moved "another generation is live than the plan was made for"
    [ "$(sum_of_listing)" = "$3" ] ||
        fail moved "somebody has changed /etc/nixos/mailctl or the secrets since it was looked at"
    wanted=$4
}

# begin_with_0 : the host as it was found; its configuration may import the folder already, so that
# there is always a module to go back to
begin_with_0() {
    _made=$origin/.mailctl
    [ ! -e "$_made/system" ] || return 0
    _module=$_made/laid/etc/nixos/mailctl
    {
        mkdir -p "$_module" && if [ -e "$module/default.nix" ]; then
            cp -R "$module/." "$_module"
        else
            echo '{ }' >"$_module/default.nix"
        fi && cp "$root/etc/os-release" "$origin/os-release" && readlink "$profile" >"$_made/system"
    } 2>/dev/null || fail space "cannot write to $state"
}

take_archive() {
    form=$1
    size=$2
}

# highest : sets $highest to the largest number of a generation that lies there
highest() {
    highest=$(numbers | tail -n 1)
    highest=${highest:-0}
}

# lay : the archive becomes a generation; files are for root alone
lay() {
    say step "laying generation $number"
    partial=$generations/$number.partial
    umask 077
    mkdir "$partial" 2>/dev/null || fail space "cannot write to $state"
    cd "$partial"
    case $form in
    gzip) head -c "$size" | gzip --decompress --stdout | tar --extract --no-same-owner ;;
    *) head -c "$size" | tar --extract --no-same-owner ;;
    esac 2>"$work/log" || {
        details "$work/log"
        fail space "cannot unpack the generation"
    }
    umask 022
    read -r digest _line <.mailctl/sums && [ "$digest" = "$wanted" ] &&
        sha256sum --check --quiet .mailctl/sums >"$work/log" 2>&1 ||
        fail broken "what was sent did not arrive whole"
    printf '%s\t%s\t%s\n' "$moment" "$by" "$seconds" >.mailctl/made
    cd /
    sync -f "$state"
    fresh=$generations/$number
    mv -T "$partial" "$fresh"
    partial=
}

# tidy : the ten newest generations stay, the first, and the one before this
tidy() {
    for _number in $(numbers); do
        case $_number in
        0 | "$before" | "$number") continue ;;
        esac
        [ "$_number" -gt "$((number - 10))" ] || rm -rf "${generations:?}/$_number"
    done
    remove "$work"/*
    empty "$state/lock" || :
    sync -f "$state"
}

apply
