# What is true on the host, as one list of facts; changes nothing.
#
# Standard input: the questions, lines of a manifest (package, account, directory, link,
# service), `wanted DIGEST`, `certificate NAME`, and `show PATH` for files whose text is wanted.

questions=$(head -c "$1")

# ask KIND : the questions of one kind
ask() {
    printf '%s\n' "$questions" | sed -n "s/^$1$TAB//p"
}

observe_system() {
    say uid "$(id -u)"
    say os "$(sed -n 's/^ID=//p' /etc/os-release | tr -d \"\')" \
        "$(sed -n 's/^VERSION_ID=//p' /etc/os-release | tr -d \"\')"
    say room "$(room "$state")"
    # the lock is the kernel's: it is gone with the process that held it
    if [ -e "$state/lock" ] && ! flock --nonblock --shared "$state/lock" true; then
        say lock "$(cat "$state/lock")"
    fi
}

observe_generation() {
    number=$(live_number)
    live=$generations/$number
    digest=$(digest_of "$live")
    confirmed=unconfirmed
    [ ! -e "$live/.mailctl/confirmed" ] && [ "$number" != 0 ] || confirmed=confirmed
    say live "$number" "$digest" "$confirmed"
    [ -e "$live/.mailctl/manifest" ] || return 0
    drift "$live" | sed "s/^/drift$TAB/"
    [ "$digest" = "$(ask wanted)" ] || sed "s/^/was$TAB/" "$live/.mailctl/manifest"
    ask show | while read -r path; do
        [ -f "$live/$path" ] || continue
        say text "$path" "$(base64 -w0 "$live/$path")"
    done
}

observe_packages() {
    names=$(ask package)
    [ -n "$names" ] || return 0
    # shellcheck disable=SC2086 # names of packages hold no blanks
    dpkg-query --show --showformat 'package\t${Package}\t${db:Status-Status}\t${Version}\n' \
        $names 2>/dev/null || :
}

observe_accounts() {
    ask account | while IFS=$TAB read -r name _; do
        ! id "$name" >/dev/null 2>&1 ||
            say account "$name" "$(getent passwd "$name" | cut -d: -f6)" "$(id -Gn "$name")"
    done
}

observe_paths() {
    ask directory | while IFS=$TAB read -r _ _ _ path; do
        [ ! -d "$root$path" ] || say directory "$(stat -c "%a$TAB%U$TAB%G" "$root$path")" "$path"
    done
    ask link | while IFS=$TAB read -r path target; do
        say link "$(link_state "$root$path" "$target")" "$path"
    done
}

observe_services() {
    units=$(ask service | cut -f1)
    [ -n "$units" ] || return 0
    # shellcheck disable=SC2086 # names of units hold no blanks
    systemctl show --property=ActiveState --property=UnitFileState $units 2>/dev/null |
        sed "s/^/unit$TAB/" || :
}

observe_certificate() {
    wanted=$(ask certificate)
    [ -n "$wanted" ] && [ -s "$state/tls/key.pem" ] && [ -s "$state/tls/fullchain.pem" ] &&
        [ -e "$state/tls/made-for" ] || return 0
    read -r name until <"$state/tls/made-for"
    say certificate "$name" "$((until - $(date +%s)))"
}

say agent 1
observe_system
observe_generation
observe_packages
observe_accounts
observe_paths
observe_services
observe_certificate
say end
