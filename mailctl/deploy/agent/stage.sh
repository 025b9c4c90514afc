# A generation is laid beside the live one, whole, and becomes visible by one rename.
#
# Given: $number (the new generation's), $size and $form (of the archive: its bytes, and `gzip` or
# `plain`), and what know_live sets.

# lay : the live generation is copied, without what goes and what was built; the archive
# on standard input brings what is new. Copies, no hard links: an edit of a live file
# must not reach into former generations.
lay() {
    partial=$generations/$number.partial
    if [ ! -e "$live/.mailctl/sums" ]; then
        # what was live may have been removed by somebody
        [ -d "$live" ] || mkdir -p "$live"
        mkdir -m 755 "$partial"
        cd "$partial"
    else
        cp -a "$live" "$partial" 2>"$work/log" || {
            details "$work/log"
            fail space "cannot copy the live generation"
        }
        cd "$partial"
        drop
    fi
    # files are born 0600 and widened by tar once they have their owner
    umask 077
    case $form in
    gzip) head -c "$size" | gzip --decompress --stdout | unpack ;;
    *) head -c "$size" | unpack ;;
    esac 2>"$work/log" || {
        details "$work/log"
        fail space "cannot unpack the generation"
    }
    umask 022
    # the sums name the manifest first; verify looks whether it is that
    read -r digest _line <.mailctl/sums
    [ "$digest" = "$wanted" ] || fail broken "what was sent did not arrive whole"
    ! ordered piece || put_together
    printf '%s\t%s\t%s\n' "$moment" "$by" "$seconds" >.mailctl/made
}

# unpack : tar(1) itself would take two processes more than gzip(1) to decompress a pipe
unpack() {
    exec tar --extract --preserve-permissions --same-owner --touch
}

# drop : what the copy of the live generation must not keep
drop() {
    set --
    [ ! -e .mailctl/unsettled ] || set -- .mailctl/unsettled
    if [ -s .mailctl/built ]; then
        while IFS= read -r _path; do
            set -- "$@" "${_path##*"$TAB"}"
        done <.mailctl/built
    fi
    set -f
    IFS=$NEWLINE
    for _line in $orders; do
        [ "${_line#drop"$TAB"}" = "$_line" ] || set -- "$@" "${_line#drop"$TAB"}"
    done
    IFS=$BLANKS
    set +f
    [ $# = 0 ] || rm -rf -- "$@"
}

# put_together : a big file of which only pieces have changed; the archive brought it empty
put_together() {
    each piece add_piece || fail space "cannot put a big file together"
    rm -rf .mailctl/new
}

# add_piece PATH new NAME | PATH OFFSET LENGTH : at its end, out of the archive or the live file
add_piece() {
    if [ "$2" = new ]; then
        cat ".mailctl/new/$3" >>"$1"
    else
        dd if="$live/$1" iflag=skip_bytes,count_bytes skip="$2" count="$3" bs=1M status=none >>"$1"
    fi
}

# verify : what lies there is what the manifest says, before any daemon looks at it. The client
# compares owners and modes, and whether there is anything else, before it says `switch`.
verify() {
    sha256sum --check --quiet .mailctl/sums >"$work/log" 2>&1 || {
        details "$work/log"
        fail verify "the staged files are not what was sent"
    }
    found "mode$TAB" .
}

# try_out : the daemons' own programs build what only they can make, and check everything, where
# `current` is the staged generation already. Only they see that: they run in a mount namespace
# of their own, which ends with them.
try_out() {
    ordered build || ordered check || return 0
    say step "checking"
    # by a file: what stands in a list of processes is seen, and has an end (execve(2))
    printf '%s' "$script" 2>/dev/null >"$work/script" || fail space "cannot write to $state"
    # shellcheck disable=SC2016 # expanded there
    unshare --mount sh -c 'root=$1 from=$2 mode=try by= patience=0 && shift 2 && . "$from"' \
        mailctl "$root" "$work/script" "$partial" "$live" </dev/null 9>&- || exit 3
    ! ordered build || note_built
}

# in_namespace PARTIAL LIVE : the other side of try_out
in_namespace() {
    partial=$1
    orders=$given$NEWLINE
    # the archive's folder hides the live one, for this process and its children
    mount --bind "$partial" "$2"
    cd "$current/"
    each build build
    each check check
}

build() {
    try build "$@"
}

check() {
    try check "$@"
}

# try KIND QUIET WORD... : one argv, without a shell; `{tree}` in a word is the generation. A
# `quiet` command fails too when it says anything on standard error.
try() {
    kind=$1
    quiet=$2
    shift 2
    for _word in "$@"; do
        shift
        case $_word in
        *'{tree}'*) _word=${_word%%'{tree}'*}$current${_word#*'{tree}'} ;;
        esac
        set -- "$@" "$_word"
    done
    "$@" </dev/null >"$work/out" 2>"$work/err" && code=0 || code=$?
    [ "$code" != 0 ] || { [ "$quiet" = quiet ] && [ -s "$work/err" ]; } || return 0
    [ "$code" = 0 ] || cat "$work/out" >>"$work/err"
    sed -i "s|$current/||g" "$work/err"
    details "$work/err"
    [ "$code" = 0 ] && verdict="it complained" || verdict="status $code"
    say fail "$kind" "$(printf '%s' "$*" | sed "s|$current/\{0,1\}||g")" "$verdict"
    exit 3
}

# note_built : what the builds have made is recorded as the rest is. A line of `built` is DIGEST
# TAB MODE TAB OWNER TAB GROUP TAB PATH.
note_built() {
    found "" . | sort >"$work/modes"
    comm -13 .mailctl/modes "$work/modes" | grep -v '^?' >"$work/built" || return 0
    cut -f 4- "$work/built" | tr '\n' '\0' | xargs -0 sha256sum -- >"$work/sums"
    cat "$work/sums" >>.mailctl/sums
    cut -c 1-64 "$work/sums" | paste - "$work/built" >.mailctl/built
    mv "$work/modes" .mailctl/modes
}

# finish : one rename makes the generation visible, after its bytes are on the disk, and with
# them what is needed to take the switch back
finish() {
    note_pending
    cd /
    sync -f "$state" "$units"
    mv -T "$partial" "$generations/$number"
    partial=
}
