# Is all well after a switch? Asked from the host itself, so that no forwarding need be allowed.
#
# Given: $manifest, of the generation that is live now.

probe_users=$state/probe/users

# probe : every service runs and goes on running, every port greets as expected, and a mail finds
# its way: somebody logs in and sends it, it is signed, delivered and read
probe() {
    units=
    ports=
    probes=
    grep -e "^service$TAB" -e "^port$TAB" -e "^probe$TAB" "$manifest" >"$work/probes" || return 0
    while IFS=$TAB read -r kind first second third; do
        case $kind in
        service) units="$units $first" ;;
        port) ports=$ports$first$TAB$second$TAB$third$NEWLINE ;;
        probe) probes="$probes $first=$second" ;;
        esac
    done <"$work/probes"
    runs && before_greeting=$condition && greets && mail_flows || return 1
    # what was just told may take its configuration, greet, and die a moment later
    [ -z "$ports" ] || ! { ordered restart || ordered reload; } || sleep 1
    runs || return 1
    [ "$condition" = "$before_greeting" ] && return 0
    # a daemon that took its configuration and died a moment later was started again by systemd
    say detail "a service was started again while it was looked at"
    last_words
    return 1
}

# runs : all units are active, once they have ended to start; sets $condition, which is another
# one when one of them was started again
runs() {
    [ -n "$units" ] || {
        condition=none
        return 0
    }
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        # shellcheck disable=SC2086 # names of units hold no blanks
        condition=$(systemctl show --property=Id,ActiveState,InvocationID $units 2>/dev/null || :)
        case $condition in
        *=activating* | *=reloading* | *=deactivating*) sleep 0.5 ;;
        *=failed* | *=inactive* | '') break ;;
        *) return 0 ;;
        esac
    done
    last_words
    return 1
}

# last_words : of the units that do not run
last_words() {
    for unit in $units; do
        condition=$(systemctl is-active "$unit" 2>/dev/null || :)
        [ "$condition" != active ] || continue
        say detail "$unit is $condition"
        journalctl --unit="$unit" --lines=8 --no-pager --output=cat >"$work/journal.log" 2>&1 || :
        details "$work/journal.log"
    done
}

# greets : all ports, asked at once. A daemon that has just started may be silent for a while, or
# greet as the one that is just leaving.
greets() {
    [ -n "$ports" ] || return 0
    printf '%s' "$ports" >"$work/ports"
    timeout 60 bash -c "$greetings" greetings "$work/ports" 2>/dev/null 9>&- >"$work/greetings" &&
        return 0
    details "$work/greetings"
    return 1
}

# sh has no sockets, bash has
# shellcheck disable=SC2016 # expanded there
greetings='
    CR=$(printf "\r")
    TAB=$(printf "\t")
    greeting() {
        if [ "$2" = tls ]; then
            exec 3< <(exec timeout 8 openssl s_client -quiet -verify_quiet \
                -connect "127.0.0.1:$1" 2>/dev/null </dev/null)
            client=$!
        else
            exec 3<>"/dev/tcp/127.0.0.1/$1" || return
            client=
        fi
        IFS= read -r -t 6 -u 3 line
        exec 3<&-
        [ -z "$client" ] || kill "$client" 2>/dev/null
        printf "%s" "${line%"$CR"}"
    }
    expect() {
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
    while IFS=$TAB read -r port tls words; do
        (expect "$port" "$tls" "$words") &
        asked+=" $!"
    done <"$1"
    failed=0
    for one in $asked; do
        wait "$one" || failed=1
    done
    exit "$failed"'

# mail_flows : once more where it does not at first, for a daemon may still be on its way
mail_flows() {
    case $probes in
    *submission=* | *mailbox=*) ;;
    *) return 0 ;;
    esac
    for _ in 1 2 3; do
        give_account
        # shellcheck disable=SC2086 # neither ports nor domains hold blanks
        timeout 45 bash -c "$conversation" conversation "$probe_users" $probes \
            >"$work/conversation" 2>/dev/null </dev/null 9>&- && flows=yes || flows=no
        take_account
        [ "$flows" = no ] || return 0
        sleep 1
    done
    details "$work/conversation"
    return 1
}

# give_account, take_account : for the time of a probe, and from this host alone
give_account() {
    read -r password </proc/sys/kernel/random/uuid
    umask 027
    printf '%s\n' "probe@mailctl-probe.invalid:{PLAIN}$password::::::allow_nets=127.0.0.1/32,::1/128" \
        >"$probe_users"
    umask 022
}

take_account() {
    { : >"$probe_users"; } 2>/dev/null || :
    rm -rf "$root/var/vmail/mailctl-probe.invalid"
}

# ensure_probe : before Dovecot is told of it, the file is there; and it is empty
ensure_probe() {
    [ -d "$state/probe" ] || return 0
    umask 027
    [ -e "$probe_users" ] && [ ! -s "$probe_users" ] || : >"$probe_users"
    umask 022
}

# What was tried, what was expected and what came are its output; the password stays in its file.
# shellcheck disable=SC2016 # expanded there
conversation='
    CR=$(printf "\r")
    users=$1
    shift
    for one in "$@"; do
        declare "${one%%=*}=${one#*=}"
    done
    address=probe@mailctl-probe.invalid
    IFS=: read -r _ secret _ <"$users"
    secret=${secret#"{PLAIN}"}
    mark=$$.$RANDOM$RANDOM$RANDOM
    queued=
    give_up() {
        printf "%s\n" "$1"
        [ -z "$queued" ] || postsuper -d "$queued" >/dev/null 2>&1
        exit 1
    }
    dial() {
        coproc TLS { exec openssl s_client -quiet -verify_quiet -connect "127.0.0.1:$1" 2>/dev/null; }
        port=$1
    }
    tell() {
        printf "%s\r\n" "$1" >&"${TLS[1]}"
    }
    # hear PATTERN WHAT : lines up to one that ends an answer; it must be as expected
    hear() {
        while IFS= read -r -t 10 -u "${TLS[0]}" line; do
            line=${line%"$CR"}
            case $line in
            $1) return 0 ;;
            [0-9][0-9][0-9]-* | "* "*) ;;
            *) break ;;
            esac
        done
        give_up "$2 on port $port: expected $1, heard \x27${line//[^[:print:]]/}\x27"
    }
    compose() {
        printf "%s\n" "From: <mailctl-probe@${signature:-mailctl-probe.invalid}>" \
            "To: <$address>" "Subject: Does mail flow?" "Message-ID: <$mark@mailctl-probe.invalid>" \
            "" "mailctl asks this host; nobody ever reads it."
    }
    if [ -n "${submission:-}" ]; then
        dial "$submission"
        hear "220 *" "the greeting"
        tell "EHLO mailctl-probe.invalid"
        hear "250 *" EHLO
        tell "AUTH PLAIN $(printf "\0%s\0%s" "$address" "$secret" | base64 -w 0)"
        hear "235 *" "the login"
        tell "MAIL FROM:<$address>"
        hear "250 *" "MAIL FROM"
        if [ -n "${mailbox:-}" ]; then
            tell "RCPT TO:<$address>"
            hear "250 *" "RCPT TO"
            tell DATA
            hear "354 *" DATA
            while IFS= read -r line; do
                tell "$line"
            done < <(compose)
            tell .
            hear "250 *" "the end of the mail"
            queued=${line##*queued as }
        fi
        tell QUIT
        hear "221 *" QUIT
        wait "$TLS_PID" 2>/dev/null
    else
        compose | /usr/sbin/sendmail -f "$address" "$address" || give_up "sendmail takes no mail"
    fi
    [ -n "${mailbox:-}" ] || exit 0
    dial "$mailbox"
    hear "\* OK*" "the greeting"
    tell "a LOGIN $address $secret"
    hear "a OK*" "the login"
    tell "b SELECT INBOX"
    hear "b OK*" SELECT
    for ((turn = 0; turn < 100; turn++)); do
        found=
        tell "c SEARCH HEADER Message-ID $mark"
        while IFS= read -r -t 10 -u "${TLS[0]}" line; do
            line=${line%"$CR"}
            [[ $line = "* SEARCH "* ]] && found=${line#"* SEARCH "}
            [[ $line = "c "* ]] && break
        done
        [ -z "$found" ] || break
        sleep 0.1
        tell "d NOOP"
        hear "d OK*" NOOP
    done
    [ -n "$found" ] || give_up "a mail that was taken did not arrive in its mailbox within 10 s"
    queued=
    tell "e FETCH $found BODY.PEEK[HEADER.FIELDS (DKIM-Signature)]"
    header=
    while IFS= read -r -t 10 -u "${TLS[0]}" line; do
        [[ $line = "e "* ]] && break
        header+=${line//[[:space:]]/}
    done
    tell "f LOGOUT"
    if [ -n "${signature:-}" ] && [[ $header != *";d=$signature;"* ]]; then
        give_up "a mail of a user of $signature arrived without its DKIM signature"
    fi
    exit 0'
