# A generation is laid beside the live one, whole, and becomes visible by one rename.

# has_room KIB FILES : before anything is written
has_room() {
    IFS=$TAB read -r kib inodes <<EOF
$(room "$state")
EOF
    [ "$kib" -ge "$1" ] || fail space "$kib KiB are free below $state, $1 are needed"
    [ "$inodes" = - ] || [ "$inodes" -ge "$2" ] ||
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

# build : the files that only the host's own programs can make
build() {
    entries build "$manifest" | while IFS= read -r line; do
        run_command build "$partial" "$line" || exit 3
    done
    (cd "$partial" && find . -path ./.mailctl -prune -o -type f -printf '%P\n' | sort) >"$work/all"
    sed -n "s/^file$TAB.*$TAB//p" "$manifest" | sort | comm -13 - "$work/all" >"$work/built"
    (cd "$partial" && tr '\n' '\0' <"$work/built" | xargs -0 -r -n 1 sh -c '
        sum=$(sha256sum <"$1")
        stat --printf="file\t${sum%% *}\t%a\t%U\t%G\tbuilt\t" "$1"
        printf "%s\n" "$1"' built) >"$partial/.mailctl/built"
}

# rehearse : the daemons' own checkers look at a copy whose files name each other, instead of
# the live generation
rehearse() {
    grep -q "^check$TAB" "$manifest" || return 0
    say step "checking"
    rehearsed=$generations/$number.check
    cp -a "$partial" "$rehearsed"
    grep -rIlZF "$current" "$rehearsed" --exclude-dir=.mailctl |
        xargs -0 -r sed -i "s|$current|$rehearsed|g"
    entries check "$manifest" | while IFS= read -r line; do
        run_command check "$rehearsed" "$line" || exit 3
    done
    rm -rf "$rehearsed"
    rehearsed=
}

# run_command KIND TREE LINE : one argv, without a shell. LINE is `quiet|loud TAB WORD...`;
# a quiet command fails too when it says anything on standard error.
run_command() {
    kind=$1
    tree=$2
    shift 2
    line=$(printf '%s\n' "$1" | sed "s|{tree}|$tree|g")
    quiet=${line%%"$TAB"*}
    set -f
    _ifs=$IFS
    IFS=$TAB
    # shellcheck disable=SC2086 # split at tabs, on purpose
    set -- ${line#*"$TAB"}
    IFS=$_ifs
    set +f
    "$@" </dev/null >"$work/out" 2>"$work/err" 9>&- && code=0 || code=$?
    [ "$code" != 0 ] || { [ "$quiet" = quiet ] && [ -s "$work/err" ]; } || return 0
    [ "$code" = 0 ] || cat "$work/out" >>"$work/err"
    sed -i "s|$tree/||g" "$work/err"
    details "$work/err"
    [ "$code" = 0 ] && verdict="it complained" || verdict="status $code"
    say fail "$kind" "$(printf "%s" "$*" | sed "s|$tree/\{0,1\}||g")" "$verdict"
    return 1
}

# finish : one rename makes the generation visible, after its bytes are on the disk
finish() {
    sync -f "$state"
    mv -T "$partial" "$generations/$number"
    partial=
}
