# What is true on the host, as raw facts that the client makes sense of; changes nothing.
#
# It runs at every plan and every apply, on many hosts at once, so it starts as few processes as
# it can: the shell reads, and each program is asked about everything at once.
#
# Given: the questions, lines of a manifest (package, account, directory, link, service),
# `wanted DIGEST`, `certificate NAME`, `provisional NAME`. At the end the client is asked what to do: it hangs up, or
# answers `closer`, or BYTES and an agent of that size, which goes on from here.

wanted=
packages=
accounts=
units=
certificate=
provisional=
set -- /proc/self/ "$current"
set -f
IFS=$NEWLINE
for line in $given; do
    fields=${line#*"$TAB"}
    first=${fields%%"$TAB"*}
    case ${line%%"$TAB"*} in
    wanted) wanted=$first ;;
    package) packages="$packages${packages:+$NEWLINE}Package: $first" ;;
    account) accounts="$accounts $first" ;;
    directory) set -- "$@" "$root${fields##*"$TAB"}" ;;
    link) set -- "$@" "$root$first" ;;
    service) units="$units $first" ;;
    certificate) certificate=$first ;;
    provisional) provisional="$provisional $first" ;;
    esac
done
IFS=$BLANKS
set +f

observe_system() {
    say_release os "$root/etc/os-release"
    place=$state
    while [ ! -d "$place" ]; do
        place=${place%/*}/
        place=${place%/}
    done
    stat --file-system --format="room$TAB%a$TAB%S$TAB%d$TAB%c" "${place:-/}"
    if [ -e "$state/guard.sh" ] && [ -e "$root/etc/systemd/system/mailctl-guard.path" ]; then
        read -r line <"$state/guard.sh"
        say guard "$line"
    fi
    # the lock is the kernel's: it is gone with the process that held it
    # and it holds a text only while somebody is at work, or was killed: then the guard ends what
    # is to be ended in a moment
    if [ -s "$state/lock" ] && ! flock --wait 1 --shared 9 9<"$state/lock"; then
        read -r holder <"$state/lock" || :
        say lock "$holder"
    fi
}

# observe_paths PATH... : what is there, and all of the live generation in the same walk
observe_paths() {
    cd -P "$current" 2>/dev/null || cd /
    [ ! -e .mailctl/sums ] || set -- . "$@"
    found "mode$TAB" "$@" 2>/dev/null || :
}

# observe_generation : whether its modes are right the client sees from what it heard already
observe_generation() {
    [ -e .mailctl/sums ] || return 0
    read -r digest _ <.mailctl/sums
    confirmed=unconfirmed
    ! is_confirmed . || [ -e .mailctl/unsettled ] || confirmed=confirmed
    say live "$digest" "$confirmed"
    [ ! -s .mailctl/built ] || sed "s/^/built$TAB/" .mailctl/built
    sha256sum --check --status .mailctl/sums 2>/dev/null || observe_drift
    [ "$digest" = "$wanted" ] || {
        sed "s/^/was$TAB/" .mailctl/manifest
        [ ! -s .mailctl/pieces ] || sed "s/^/piece$TAB/" .mailctl/pieces
    }
}

# observe_drift : what somebody changed, and how it stands there now
observe_drift() {
    say closer
    changed=$(drift .)
    [ -n "$changed" ] || return 0
    printf '%s\n' "$changed" | sed "s/^/drift$TAB/"
    changed=$(printf '%s\n' "$changed" | sed 's|^|./|')
    printf '%s\n' "$changed" | tr '\n' '\0' | find -files0-from - -maxdepth 0 \
        -printf 'there\t%y\t%m\t%u\t%g\t%p\n' 2>/dev/null || :
    printf '%s\n' "$changed" | tr '\n' '\0' | xargs -0 sha256sum 2>/dev/null |
        sed "s/^/sum$TAB/" || :
}

# shellcheck disable=SC2086 # names of packages, accounts and units hold no blanks
observe_software() {
    [ -z "$packages" ] || {
        # dpkg-query(1) reads its whole database; this is ten times as fast
        say packages
        grep -F -x -A 3 "$packages" /var/lib/dpkg/status || :
    }
    if [ -n "$accounts" ]; then
        say passwd
        getent passwd $accounts || :
        say group
        getent group || :
    fi
    [ -z "$units" ] || {
        say units
        systemctl show --property=ActiveState --property=UnitFileState $units 2>/dev/null || :
    }
}

observe_certificate() {
    [ -n "$certificate" ] && [ -s "$state/tls/key.pem" ] && [ -s "$state/tls/fullchain.pem" ] &&
        [ -e "$state/tls/made-for" ] || return 0
    read -r name until <"$state/tls/made-for"
    say certificate "$name" "$until"
}

# observe_renewals : what stands for each name, and how its last renewal went
observe_renewals() {
    for name in $provisional; do
        [ ! -s "$state/tls/served/$name.pem" ] || say served "$name"
    done
    for _path in "$state"/tls/*.status; do
        [ -e "$_path" ] || continue
        _name=${_path##*/}
        read -r line <"$_path" && say renewal "${_name%.status}" "$line" || :
    done
}

say agent 1
observe_paths "$@"
observe_system
observe_software
observe_generation
observe_certificate
observe_renewals
say end
while say ask orders && read -r size; do
    [ "$size" = closer ] || break
    observe_drift
done
[ -n "${size:-}" ] || exit 0
cd /
script=$(head -c "$size")
eval "$script"
