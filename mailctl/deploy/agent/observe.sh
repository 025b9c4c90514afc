# What is true on the host, as raw facts that the client makes sense of; changes nothing.
#
# It runs at every plan and every apply, on many hosts at once, so it starts as few processes as
# it can: the shell reads, and each program is asked about everything at once.
#
# Standard input, to its end: the questions, lines of a manifest (package, account, directory,
# link, service), `wanted DIGEST` and `certificate NAME`.

wanted=
packages=
accounts=
units=
certificate=
set -- /proc/self/ "$current"
while IFS=$TAB read -r kind first second third fourth; do
    case $kind in
    wanted) wanted=$first ;;
    package) packages="$packages $first" ;;
    account) accounts="$accounts $first" ;;
    directory) set -- "$@" "$root$fourth" ;;
    link) set -- "$@" "$root$first" ;;
    service) units="$units $first" ;;
    certificate) certificate=$first ;;
    esac
done

observe_system() {
    while IFS="=" read -r name value; do
        case $name in
        ID | VERSION_ID) say os "$name" "$value" ;;
        esac
    done <"$root/etc/os-release"
    place=$state
    while [ ! -d "$place" ]; do
        place=${place%/*}/
        place=${place%/}
    done
    stat --file-system --format="room$TAB%a$TAB%S$TAB%d$TAB%c" "${place:-/}"
    # the lock is the kernel's: it is gone with the process that held it
    if [ -e "$state/lock" ] && ! flock --nonblock --shared 9 9<"$state/lock"; then
        read -r holder <"$state/lock" || :
        say lock "$holder"
    fi
}

# observe_paths PATH... : type, mode, owner and target of each that is there; of a file, which
# stands in the place of a link, also its sum
observe_paths() {
    find "$@" -maxdepth 0 -printf 'path\t%y\t%m\t%u\t%U\t%g\t%l\t%p\n' \
        -type f -exec sh -c 'sha256sum "$@" | sed "s/^/sum\t/"' sums {} + 2>/dev/null || :
}

observe_generation() {
    [ -e "$current/.mailctl/sums" ] || return 0
    cd -P "$current"
    read -r digest _ <.mailctl/sums
    confirmed=unconfirmed
    [ ! -e .mailctl/confirmed ] || confirmed=confirmed
    say live "$digest" "$confirmed"
    sha256sum --check --status .mailctl/sums 2>/dev/null &&
        found_modes . | sort | cmp -s - .mailctl/modes || observe_drift
    [ "$digest" = "$wanted" ] || sed "s/^/was$TAB/" .mailctl/manifest
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
    sed -n "s/^file$TAB/built$TAB/p" .mailctl/built 2>/dev/null || :
}

# shellcheck disable=SC2086 # names of packages, accounts and units hold no blanks
observe_software() {
    [ -z "$packages" ] ||
        dpkg-query --show --showformat='package\t${Package}\t${db:Status-Status}\t${Version}\n' \
            $packages 2>/dev/null || :
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
    say certificate "$name" "$((until - $(date +%s)))"
}

say agent 1
observe_paths "$@"
observe_system
observe_software
observe_generation
observe_certificate
say end
