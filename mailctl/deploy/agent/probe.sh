# Is all well after a switch? Asked from the host itself, so that no forwarding need be allowed.
#
# Given: $orders: where a service was told something all of them are looked at for two seconds.

# duties MANIFEST : prints its lines that probe asks for
duties() {
    grep -e "^service$TAB" -e "^port$TAB" -e "^probe$TAB" "$1" || :
}

# probe LINES : of a manifest, or others among them: every service runs and goes on running, every
# port greets as expected, and mail finds its way
probe() {
    know_duties "$1"
    [ -n "$units$ports$probes" ] || return 0
    pause
    runs && at_first=$condition && { greets || wake; } && mail_flows && rest && runs || return 1
    [ "$condition" = "$at_first" ] && return 0
    # a daemon that took its configuration and died a moment later was started again by systemd
    say detail "a service was started again while it was looked at"
    last_words
    return 1
}

# know_duties LINES : sets $units, $restartable of them, $ports, $probes and $loopback
know_duties() {
    units=
    restartable=
    ports=
    probes=
    loopback=127.0.0.1
    set -f
    IFS=$NEWLINE
    for _next in $1; do
        _fields=${_next#*"$TAB"}
        _first=${_fields%%"$TAB"*}
        case $_next in
        "service$TAB"*)
            units="$units $_first"
            # what no change concerns is not told anything; others may be parts of it
            case ${_fields#*"$TAB"} in
            '' | "$TAB") ;;
            *) restartable="$restartable $_first" ;;
            esac
            ;;
        "port$TAB"*) ports=$ports$_fields$NEWLINE ;;
        "probe${TAB}loopback$TAB"*) loopback=${_fields#*"$TAB"} ;;
        "probe$TAB"*) probes="$probes $_first=${_fields#*"$TAB"}" ;;
        esac
    done
    IFS=$BLANKS
    set +f
}

# pause, rest : begin and end the time in which a daemon shows whether it can live with what it was
# told. Where none was told anything they go on as they were seen a moment ago: to ask systemd again
# would cost the host more than the switch.
pause() {
    watched=no
    pause=
    [ -n "$units" ] && { ordered restart || ordered reload || ordered start; } || return 0
    watched=yes
    sleep 2 >/dev/null 2>&1 9>&- &
    pause=$!
}

rest() {
    [ -z "$pause" ] || wait "$pause"
}

# runs : all units are active, once they have ended to start; sets $condition, which is another
# one when one of them was started again
runs() {
    condition=
    [ "$watched" = yes ] || return 0
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        # shellcheck disable=SC2086 # names of units hold no blanks
        condition=$(systemctl show --property=Id,ActiveState,InvocationID $units 2>/dev/null || :)
        case $condition in
        *=failed* | *=inactive* | '') break ;;
        *=activating* | *=reloading* | *=deactivating*) sleep 0.5 ;;
        *) return 0 ;;
        esac
    done
    for unit in $units; do
        condition=$(systemctl is-active "$unit" 2>/dev/null || :)
        [ "$condition" = active ] || say detail "$unit is $condition"
    done
    last_words
    return 1
}

# last_words : what the services have said since the switch
last_words() {
    set --
    for unit in $units; do
        set -- "$@" "--unit=$unit"
    done
    recount "$(journalctl "$@" --since=-2min --lines=10 --no-pager --quiet --no-hostname 2>&1 || :)"
}

# greets : all ports, asked at once. A daemon that has just started may be silent for a while, or
# greet as the one that is just leaving.
greets() {
    [ -n "$ports" ] || return 0
    heard=$(timeout 60 bash -c "$greetings" greetings "$ports" "$loopback" 2>/dev/null 9>&-) &&
        return 0
    recount "$heard"
    last_words
    return 1
}

# wake : a port that takes connections and says nothing is one that master(8) holds back, for a
# minute after a process of it has died: often before we came, as when Dovecot was away. Only a
# restart makes it forget that.
wake() {
    case $heard in
    *" says '', not "*) ;;
    *) return 1 ;;
    esac
    watched=yes
    # shellcheck disable=SC2086 # names of units hold no blanks
    manage restart $restartable && runs && at_first=$condition && greets
}

# sh has no sockets, bash has
# shellcheck disable=SC2016 # expanded there
greetings='
    printf -v CR "\r"
    printf -v TAB "\t"
    loopback=$2
    greeting() {
        client=
        if [ "$2" = tls ]; then
            place=$loopback:$1
            [[ $loopback != *:* ]] || place="[$loopback]:$1"
            exec 3< <(exec timeout 8 openssl s_client -quiet -verify_quiet \
                -connect "$place" 2>/dev/null </dev/null)
            client=$!
        else
            exec 3<>"/dev/tcp/$loopback/$1" || return
        fi
        IFS= read -r -t 6 -u 3 line
        exec 3<&-
        [ -z "$client" ] || kill "$client" 2>/dev/null
        printf "%s" "${line%"$CR"}"
    }
    # where the client speaks first, a port has to take connections
    takes() {
        for _ in {1..30}; do
            (exec 3<>"/dev/tcp/$loopback/$1") 2>/dev/null && exit 0
            sleep 0.3
        done
        printf "port %s takes no connections\n" "$1"
        exit 1
    }
    expect() {
        [ "$3" != - ] || takes "$1"
        begun=$SECONDS
        while :; do
            heard=$(greeting "$1" "$2" 2>/dev/null)
            [ "${heard#"$3"}" = "$heard" ] || exit 0
            [ -n "$heard" ] && limit=5 || limit=20
            [ $((SECONDS - begun)) -lt "$limit" ] || break
            sleep 0.3
        done
        printf "port %s says \x27%s\x27, not \x27%s\x27\n" "$1" "${heard//[^[:print:]]/}" "$3"
        exit 1
    }
    while IFS=$TAB read -r port tls words && [ -n "$port" ]; do
        (expect "$port" "$tls" "$words") &
        asked+=" $!"
    done <<<"$1"
    failed=0
    for one in $asked; do
        wait "$one" || failed=1
    done
    exit "$failed"'
