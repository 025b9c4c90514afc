# mailctl's agent on a host: words that all its parts share.
#
# POSIX sh; beyond it only what Debian marks Essential (coreutils, findutils, grep, sed, tar,
# gzip, util-linux, bash, dpkg). Its parts are sent over standard input.
# Every line of its output is `kind TAB field TAB field ...`; the client reads nothing else.
#
# Processes are what an apply costs on a host: half a millisecond each, on many hosts at once.
# So the shell does what it can do itself, and a program is asked about everything at once.
#
# shellcheck shell=sh disable=SC2034,SC2154 # its parts are read together
# Given: $root (empty, or a folder that stands for / in tests).

set -eu
umask 022
LC_ALL=C
# Debian's own programs, and NixOS' where those are not
PATH=/usr/sbin:/usr/bin:/sbin:/bin:/run/wrappers/bin:/run/current-system/sw/bin
export LC_ALL PATH

TAB='	' # a tab
NEWLINE='
'
BLANKS=" $TAB$NEWLINE" # what IFS is where nothing else is said
IFS=$BLANKS
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

# empty FILE : now there is nothing in it; fails, and no more, where it cannot be written (a shell
# ends at a redirection of `:` that fails, even behind `||`)
empty() {
    true 2>/dev/null >"$1"
}

# say_release KIND FILE : ID and VERSION_ID of an os-release(5)
say_release() {
    while IFS="=" read -r _name _value; do
        case $_name in
        ID | VERSION_ID) say "$1" "$_name" "$_value" ;;
        esac
    done <"$2"
}

# details FILE : the last lines of a program's output, for the administrator
details() {
    recount "$(tail -n 20 "$1")"
}

# recount TEXT : the same of what is in a variable. What takes a switch back writes no files: the
# disk may be full, or not to be written at all.
recount() {
    [ -z "$1" ] || printf '%s\n' "$1" | tail -n 20 | tr '\t' ' ' | sed "s/^/detail$TAB/" 2>/dev/null || :
}

# read_line : takes the first of $_lines into $_next; fails when there is none
read_line() {
    [ -n "$_lines" ] || return 1
    _next=${_lines%%"$NEWLINE"*}
    _lines=${_lines#*"$NEWLINE"}
}

# entries KIND FILE : the manifest's lines of one kind, without the kind
entries() {
    [ ! -e "$2" ] || sed -n "s/^$1$TAB//p" "$2"
}

# numbers : of all generations that lie there, rising
numbers() {
    # shellcheck disable=SC2010 # the names are numbers, or not ours
    [ ! -d "$generations" ] || ls "$generations" | grep -x '[0-9]*' | sort -n
}

# know_live : sets $before, the number of the live generation (0 when the host is as we found
# it), $live, its folder, which somebody may have removed, and $digest, that of its manifest (`-`
# where there is none)
know_live() {
    before=0
    digest=-
    if cd -P "$current" 2>/dev/null; then
        before=${PWD##*/}
        [ ! -e .mailctl/sums ] || read -r digest _ <.mailctl/sums
        cd /
    elif [ -L "$current" ]; then
        before=$(readlink "$current")
        before=${before##*/}
    fi
    live=$generations/$before
}

# digest_of FOLDER : prints the digest of a generation's manifest, `-` where there is none
digest_of() {
    if [ -e "$1/.mailctl/sums" ]; then
        read -r _digest _ <"$1/.mailctl/sums"
        printf '%s\n' "$_digest"
    else
        echo -
    fi
}

# is_confirmed FOLDER : whether a generation was live and did what it should
is_confirmed() {
    _word=
    [ ! -e "$1/.mailctl/made" ] || { read -r _line && read -r _word; } <"$1/.mailctl/made" || :
    [ "$_word" = confirmed ]
}

# found MARK PATH... : what is at each path, which is absolute: type, mode, owner and its number,
# group, target and path, as a `path` line; of a file, which stands in the place of a link, also
# its sum; /proc/self is as new as this moment. `.` among them is the tree that we stand in: mode,
# owner, group and path of all in it, as .mailctl/modes records them, each behind the mark;
# anything but files and folders is `?`. Upgrades of packages lay their own version beside
# ours (ucf(1) and dpkg(1) follow our links): nobody reads those, and they are nobody's change.
found() {
    _mark=$1
    shift
    find "$@" -path ./.mailctl -prune -o -path . -o -path './*' \( \
        -type f \( -name '*.ucf-*' -o -name '*.dpkg-*' \) -o \
        \( -type f -o -type d \) -printf "$_mark%m\\t%u\\t%g\\t%P\\n" -o \
        -printf "$_mark?\\t%u\\t%g\\t%P\\n" \) -o \
        -printf 'path\t%y\t%m\t%u\t%U\t%g\t%l\t%p\n' -prune \
        \( -path /proc/self/ -printf 'now\t%Ts\n' -o \
        -type f -exec sh -c 'sha256sum "$@" | sed "s/^/sum\t/"' sums {} + \)
}

# drift FOLDER : the paths that differ from its records, in content or mode or at all
drift() (
    cd "$1"
    {
        sha256sum --check --quiet .mailctl/sums 2>/dev/null | sed 's/: FAILED.*$//'
        found '' . | sort - .mailctl/modes | uniq -u | sed "s/^.*$TAB//"
    } | sort -u
)
