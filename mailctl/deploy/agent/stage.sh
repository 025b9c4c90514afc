# A generation is laid beside the live one, whole, and becomes visible by one rename.

# has_room KIB INODES : before anything is written
has_room() {
    IFS=$TAB read -r blocks size inodes total <<EOF
$(stat --file-system --format="%a$TAB%S$TAB%d$TAB%c" "$state")
EOF
    kib=$((blocks * size / 1024))
    [ "$kib" -ge "$1" ] || fail space "$kib KiB are free below $state, $1 are needed"
    # some file systems do not count inodes
    [ "$total" = 0 ] || [ "$inodes" -ge "$2" ] ||
        fail space "$inodes inodes are free below $state, $2 are needed"
}

# lay : unchanged files are copied from the live generation, the others come out of the archive.
# Copies, no hard links: an edit of a live file must not reach into former generations.
lay() {
    partial=$generations/$number.partial
    mkdir -m 755 "$partial"
    entries reuse "$orders" >"$work/reuse"
    if [ -s "$work/reuse" ]; then
        (cd "$live" && tr '\n' '\0' <"$work/reuse" |
            xargs -0 cp --preserve=mode,ownership,timestamps --parents -t "$partial" --)
    fi
    # files are born 0600 and widened by tar once they have their owner
    (umask 077 && tar --extract --gzip --file="$work/archive" --directory="$partial" \
        --preserve-permissions --same-owner --touch) 2>"$work/tar.log" || {
        details "$work/tar.log"
        fail space "cannot unpack the generation"
    }
    rm -f "$work/archive"
    mkdir -m 700 "$partial/.mailctl"
    cp "$manifest" "$partial/.mailctl/manifest"
    printf '%s\t%s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$by" >"$partial/.mailctl/made"
}

# verify : what lies there is what the manifest says, before any daemon looks at it
verify() {
    drift "$partial" >"$work/drift"
    [ ! -s "$work/drift" ] || {
        details "$work/drift"
        fail verify "the staged files are not what was sent (is an owner unknown here?)"
    }
}

# try_out : the daemons' own programs build what only they can make, and check everything
try_out() {
    say step "checking"
    run_commands build
    note_built
    run_commands check
}

# run_commands KIND : the manifest's commands of a kind, until one fails
run_commands() {
    entries "$1" "$manifest" | while IFS= read -r line; do
        run_command "$1" "$line" || exit 3
    done
}

# as_if_live COMMAND... : runs it where `current` is the staged generation already. Only this
# command sees that: it has a mount namespace of its own, which ends with it.
as_if_live() {
    unshare --mount sh -c 'mount --bind "$1" "$2" && shift 2 && exec "$@"' as_if_live \
        "$partial" "$live" "$@"
}

# run_command KIND LINE : one argv, without a shell. LINE is `quiet|loud TAB WORD...`; a quiet
# command fails too when it says anything on standard error.
run_command() {
    kind=$1
    line=$(printf '%s\n' "$2" | sed "s|{tree}|$current|g")
    quiet=${line%%"$TAB"*}
    set -f
    _ifs=$IFS
    IFS=$TAB
    # shellcheck disable=SC2086 # split at tabs, on purpose
    set -- ${line#*"$TAB"}
    IFS=$_ifs
    set +f
    as_if_live "$@" </dev/null >"$work/out" 2>"$work/err" 9>&- && code=0 || code=$?
    [ "$code" != 0 ] || { [ "$quiet" = quiet ] && [ -s "$work/err" ]; } || return 0
    [ "$code" = 0 ] || cat "$work/out" >>"$work/err"
    sed -i "s|$current/||g" "$work/err"
    details "$work/err"
    [ "$code" = 0 ] && verdict="it complained" || verdict="status $code"
    say fail "$kind" "$(printf '%s' "$*" | sed "s|$current/\{0,1\}||g")" "$verdict"
    return 1
}

# note_built : what the builds have made is recorded as the manifest records the rest
note_built() {
    (cd "$partial" && find . -path ./.mailctl -prune -o -type f -printf '%P\n' | sort) >"$work/all"
    sed -n "s/^file$TAB.*$TAB//p" "$manifest" | sort | comm -13 - "$work/all" |
        (cd "$partial" && tr '\n' '\0' | xargs -0 -r -n 1 sh -c '
            sum=$(sha256sum <"$1")
            stat --printf="file\t${sum%% *}\t%a\t%U\t%G\tbuilt\t" "$1"
            printf "%s\n" "$1"' built) >"$partial/.mailctl/built"
}

# finish : one rename makes the generation visible, after its bytes are on the disk. Its sums and
# modes stand beside it in the form in which they are compared; the manifest's own sum is first.
finish() {
    {
        (cd "$partial" && sha256sum .mailctl/manifest)
        expected_sums "$partial"
    } >"$work/sums"
    expected_modes "$partial" | sort >"$partial/.mailctl/modes"
    mv "$work/sums" "$partial/.mailctl/sums"
    sync -f "$state"
    mv -T "$partial" "$generations/$number"
    partial=
}
