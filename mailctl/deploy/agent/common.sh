# mailctl's agent on a host: words that all its parts share.
#
# POSIX sh; beyond it only what Debian marks Essential (coreutils, findutils, grep, sed, tar,
# gzip, util-linux, bash, dpkg). Its parts are sent over standard input and never installed.
# Every line of its output is `kind TAB field TAB field ...`; the client reads nothing else.
#
# shellcheck shell=sh disable=SC2034,SC2154 # its parts are read together
# Given: $root (empty, or a folder that stands for / in tests), $mode (what to do).

set -eu
umask 022
LC_ALL=C
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH

TAB='	' # a tab
NEWLINE='
'
state=$root/var/lib/mailctl
generations=$state/generations
origin=$generations/0
current=$state/current

# say KIND FIELD... : one line to the client; that it has gone is noticed elsewhere
say() {
    _ifs=$IFS
    IFS=$TAB
    printf '%s\n' "$*" 2>/dev/null || :
    IFS=$_ifs
}

# fail CODE TEXT : the client turns the code into its own error
fail() {
    say fail "$1" "$2"
    exit 3
}

# details FILE : the last lines of a program's output, for the administrator
details() {
    tail -n 20 "$1" | tr '\t' ' ' | sed "s/^/detail$TAB/" 2>/dev/null || :
}

# entries KIND FILE : the manifest's or the orders' lines of one kind, without the kind
entries() {
    [ ! -e "$2" ] || sed -n "s/^$1$TAB//p" "$2"
}

# numbers : of all generations that lie there, rising
numbers() {
    # shellcheck disable=SC2010 # the names are numbers, or not ours
    [ ! -d "$generations" ] || ls "$generations" | grep -x '[0-9]*' | sort -n
}

# live_number : the number of the live generation; 0 when the host is as we found it
live_number() {
    if target=$(readlink "$current" 2>/dev/null); then
        printf '%s\n' "${target##*/}"
    else
        echo 0
    fi
}

# digest_of FOLDER : the digest of a generation's manifest, `-` where there is none
digest_of() {
    if [ -e "$1/.mailctl/manifest" ]; then
        sum=$(sha256sum <"$1/.mailctl/manifest")
        printf '%s\n' "${sum%% *}"
    else
        echo -
    fi
}

# expected_modes FOLDER : `MODE OWNER GROUP PATH` of all that its records name
expected_modes() {
    cat "$1/.mailctl/manifest" "$1/.mailctl/built" 2>/dev/null |
        sed -n -e "s/^folder$TAB//p" \
            -e "s/^file${TAB}[^$TAB]*$TAB\(.*\)${TAB}[^$TAB]*$TAB\([^$TAB]*\)\$/\1$TAB\2/p"
}

# found_modes FOLDER : the same of what is there; anything but files and folders is `?`.
# Upgrades of packages lay their own version beside ours (ucf(1) and dpkg(1) follow our links):
# nobody reads those files, and they are no change of anybody's.
found_modes() {
    find "$1" -mindepth 1 -path "$1/.mailctl" -prune -o \
        -type f \( -name '*.ucf-*' -o -name '*.dpkg-*' \) -o \
        \( -type f -o -type d \) -printf '%m\t%u\t%g\t%P\n' -o -printf '?\t%u\t%g\t%P\n'
}

# expected_sums FOLDER : sha256sum(1) lines of all files that its records name
expected_sums() {
    cat "$1/.mailctl/manifest" "$1/.mailctl/built" 2>/dev/null |
        sed -n "s/^file$TAB\([^$TAB]*\)$TAB.*$TAB\([^$TAB]*\)\$/\1  \2/p"
}

# drift FOLDER : the paths that differ from its records, in content or mode or at all
drift() {
    {
        (cd "$1" && expected_sums "$1" | sha256sum --check --quiet 2>/dev/null || :) |
            sed 's/: FAILED.*$//'
        { expected_modes "$1"; found_modes "$1"; } | sort | uniq -u | sed "s/^.*$TAB//"
    } | sort -u
}

# link_state PATH TARGET : how far a path of the host is our link to what lies below `current`
link_state() {
    if [ "$(readlink "$1" 2>/dev/null)" = "$current/$2" ]; then
        echo right
    elif [ -L "$1" ]; then
        echo other
    elif [ -d "$1" ]; then
        echo folder
    elif [ -e "$1" ]; then
        echo file
    else
        echo absent
    fi
}
