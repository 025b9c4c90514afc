# What is true on the host, as raw facts that the client makes sense of; changes nothing.
#
# It runs at every plan and every apply, on many hosts at once, so it starts as few processes as
# it can: the shell reads, and each program is asked about everything at once.
#
# Given: the questions, lines of a manifest (package, account, directory, link, service),
# `wanted DIGEST`, `certificate NAME`, and `stay` where the client may want more: then it is asked
# what to do, and hangs up, or answers BYTES and an agent of that size, which goes on from here.

wanted=
packages=
accounts=
units=
certificate=
stay=no
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
    stay) stay=yes ;;
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

# observe_paths PATH... : type, mode, owner and target of each that is there; of a file, which
# stands in the place of a link, also its sum; /proc/self is as new as this moment
observe_paths() {
    find "$@" -maxdepth 0 -printf 'path\t%y\t%m\t%u\t%U\t%g\t%l\t%p\n' \
        \( -path /proc/self/ -printf 'now\t%Ts\n' -o \
        -type f -exec sh -c 'sha256sum "$@" | sed "s/^/sum\t/"' sums {} + \) 2>/dev/null || :
}

observe_generation() {
    [ -e "$current/.mailctl/sums" ] || return 0
    cd -P "$current"
    read -r digest _ <.mailctl/sums
    confirmed=unconfirmed
    [ ! -e .mailctl/confirmed ] || [ -e .mailctl/unsettled ] || confirmed=confirmed
    say live "$digest" "$confirmed"
    sha256sum --check --status .mailctl/sums 2>/dev/null &&
        found_modes . | sort | cmp -s - .mailctl/modes || observe_drift
    [ "$digest" = "$wanted" ] || {
        sed "s/^/was$TAB/" .mailctl/manifest
        [ ! -s .mailctl/pieces ] || sed "s/^/piece$TAB/" .mailctl/pieces
    }
}

# observe_drift : what somebody changed, how it stands there now, and what was built there
observe_drift() {
    changed=$(drift "$PWD")
    [ -n "$changed" ] || return 0
    printf '%s\n' "$changed" | sed "s/^/drift$TAB/"
    changed=$(printf '%s\n' "$changed" | sed 's|^|./|')
    printf '%s\n' "$changed" | tr '\n' '\0' | find -files0-from - -maxdepth 0 \
        -printf 'there\t%y\t%m\t%u\t%g\t%p\n' 2>/dev/null || :
    printf '%s\n' "$changed" | tr '\n' '\0' | xargs -0 sha256sum 2>/dev/null |
        sed "s/^/sum$TAB/" || :
    sed "s/^/built$TAB/" .mailctl/built 2>/dev/null || :
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

say agent 1
observe_paths "$@"
observe_system
observe_software
observe_generation
observe_certificate
say end
[ "$stay" = yes ] || exit 0
say ask orders
read -r size || exit 0
cd /
script=$(head -c "$size")
eval "$script"
