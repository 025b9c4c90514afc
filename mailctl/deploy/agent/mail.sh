# Does mail find its way? Somebody logs in and sends one, it is signed, delivered and read; a
# wrong password and a stranger are refused. Only what the host has is tried: the `probe` lines of
# its manifest.
#
# shellcheck shell=sh

probe_users=$state/probe/users

# mail_flows : once more where it does not at first, for a daemon may still be on its way
mail_flows() {
    [ -n "$probes" ] || return 0
    give_account
    for attempt in 1 2 3; do
        [ "$attempt" = 1 ] || sleep 1
        # shellcheck disable=SC2086 # neither ports nor domains hold blanks
        heard=$(timeout 60 bash -c "$conversation" conversation "$probe_users" "$loopback" $probes \
            2>/dev/null </dev/null 9>&-) && flows=0 || flows=$?
        [ "$flows" = 1 ] || break
    done
    [ "$flows" = 0 ] || forget_mail
    take_account
    [ "$flows" != 0 ] || return 0
    recount "${heard:-the mail of the probe was not through within 60 s}"
    last_words
    return 1
}

# give_account, take_account : for the time of a probe, and from this host alone. What the mail
# was kept in goes with it.
give_account() {
    case $probes in
    *submission=* | *mailbox=*) ;;
    *) return 0 ;;
    esac
    read -r password </proc/sys/kernel/random/uuid
    umask 027
    printf 'probe@mailctl-probe.invalid:{PLAIN}%s::::::allow_nets=127.0.0.0/8,::1/128\n' \
        "$password" >"$probe_users"
    umask 022
}

take_account() {
    [ -s "$probe_users" ] || return 0
    empty "$probe_users" || :
    rm -rf "$root/var/vmail/mailctl-probe.invalid"
}

# forget_mail : what waits in the queue, from the account or to it: bounces too
forget_mail() {
    postqueue -j 2>/dev/null 9>&- |
        sed -n '/"probe@mailctl-probe\.invalid"/s/.*"queue_id": "\([0-9A-Za-z]*\)".*/\1/p' |
        postsuper -d - >/dev/null 2>&1 9>&- || :
}

# forget_probe : one that was cut off
forget_probe() {
    [ -s "$probe_users" ] || return 0
    forget_mail
    take_account
}

# ensure_probe : before Dovecot is told of it, the file is there; and it is empty
ensure_probe() {
    [ -d "$state/probe" ] || return 0
    [ ! -e "$probe_users" ] || [ -s "$probe_users" ] || return 0
    umask 027
    empty "$probe_users" || fail space "cannot write to $probe_users"
    umask 022
}

# What was tried, what was expected and what came are its output; it fails with 1 where another
# try may go well. The password stays in its file, in shell variables and in pipes. Who logs in
# does so from an address of the loopback network that nobody else has: Dovecot makes addresses
# wait from which a wrong password came, and OpenDKIM would sign whatever 127.0.0.1 brings, while
# users' mail is signed because they have logged in.
# shellcheck disable=SC2016 # expanded there
conversation='
    trap "" PIPE
    printf -v CR "\r"
    users=$1
    loopback=$2
    shift 2
    for one in "$@"; do
        declare "${one%%=*}=${one#*=}"
    done
    address=probe@mailctl-probe.invalid
    name=mailctl-probe.invalid
    mark=mailctl-$$-$RANDOM$RANDOM$RANDOM
    place=$loopback
    [[ $loopback != *:* ]] || place="[$loopback]"
    selector=${signature%%._domainkey.*}
    domain=${signature#*._domainkey.}
    [ ! -s "$users" ] || IFS=: read -r _ secret _ <"$users"
    secret=${secret#"{PLAIN}"}

    give_up() {
        printf "%s\n" "$1"
        exit "${2:-1}"
    }
    dial() {
        port=$1
        shift
        [[ $loopback = *:* ]] ||
            set -- "$@" -bind "127.$((RANDOM % 254 + 1)).$((RANDOM % 256)).$((RANDOM % 254 + 1))"
        coproc TLS { exec openssl s_client -quiet -verify_quiet -connect "$place:$port" "$@"; }
        exec 4<&"${TLS[0]}" 5>&"${TLS[1]}"
    }
    dial_plain() {
        port=$1
        exec 4<>"/dev/tcp/$loopback/$port" 5>&4
    }
    tell() {
        printf "%s\r\n" "$1" >&5
    }
    # hear PATTERN WHAT : lines up to the one that ends an answer, which must be as expected
    hear() {
        line=
        while IFS= read -r -t 30 -u 4 line; do
            line=${line%"$CR"}
            case $line in
            $1) return 0 ;;
            [0-9][0-9][0-9]-* | "* "*) ;;
            *) break ;;
            esac
        done
        give_up "$2 on port $port: expected \x27${1//\\}\x27, heard \x27${line//[^[:print:]]/}\x27"
    }
    hang_up() {
        tell "$1"
        while read -r -t 5 -u 4 line; do :; done
    }
    plain() {
        printf "\0%s\0%s" "$address" "$1" | base64 -w 0
    }

    wrong_password() {
        if [ "$refusal" = 993 ]; then
            dial "$refusal"
            hear "\* OK*" "the greeting"
            tell "a LOGIN $address wrong-$mark"
            hear "a NO*" "a login with a wrong password"
            hang_up "b LOGOUT"
            return
        fi
        dial "$refusal" -starttls smtp -name "$name"
        tell "EHLO $name"
        # openssl may show the end of the answer that it had before TLS
        while IFS= read -r -t 30 -u 4 line && [[ $line != 250-* ]]; do :; done
        hear "250 *" EHLO
        tell "AUTH PLAIN $(plain "wrong-$mark")"
        hear "535 *" "a login with a wrong password"
        hang_up QUIT
    }

    # refused ADDRESS PATTERN WHAT : a session each, for the first refusal may be one too many
    refused() {
        dial_plain 25 || give_up "port 25 takes no connection"
        hear "220 *" "the greeting"
        tell "EHLO $name"
        hear "250 *" EHLO
        tell "MAIL FROM:<>"
        hear "250 *" "MAIL FROM of a stranger"
        tell "RCPT TO:<$1>"
        hear "$2" "$3"
        hang_up QUIT
    }
    strangers() {
        refused "$mark@elsewhere.invalid" "55[04] 5.7.1 *" "RCPT TO of a stranger to elsewhere"
        refused "$mark@$receiving" "55[04] 5.*" "RCPT TO of nobody in $receiving"
    }

    compose() {
        printf "%s\n" "From: <mailctl-probe@${domain:-$name}>" "To: <$address>" \
            "Subject: Does mail flow?" "Message-ID: <$mark@$name>" "" \
            "mailctl asks this host; nobody ever reads it."
    }
    submit() {
        dial "$submission"
        hear "220 *" "the greeting"
        tell "EHLO $name"
        hear "250 *" EHLO
        tell "AUTH PLAIN $(plain "$secret")"
        hear "235 *" "the login"
        tell "MAIL FROM:<$address>"
        hear "250 *" "MAIL FROM"
        if [ -n "$mailbox$signature" ]; then
            tell "RCPT TO:<$address>"
            hear "250 *" "RCPT TO"
            tell DATA
            hear "354 *" DATA
            while IFS= read -r line; do
                tell "$line"
            done < <(compose)
            tell .
            hear "250 *queued as *" "the end of the mail"
            queued=${line##*queued as }
        fi
        hang_up QUIT
    }

    # arrives LOOK : LOOK sets $found once the mail is there. Postfix may have put its queue off
    # when Dovecot was away for a moment, so it is asked to try again.
    arrives() {
        found=
        begun=$SECONDS
        pushed=0
        while [ -z "$found" ]; do
            waited=$((SECONDS - begun))
            [ "$waited" -lt 20 ] ||
                give_up "a mail that was taken did not arrive in its mailbox within 20 s" 2
            if [ "$((waited / 5))" -gt "$pushed" ]; then
                pushed=$((waited / 5))
                [ -z "$queued" ] || postqueue -i "$queued" >/dev/null
            fi
            "$1"
            [ -n "$found" ] || sleep 0.1
        done
    }
    search_imap() {
        tell "c NOOP"
        hear "c OK*" NOOP
        tell "d SEARCH HEADER Message-ID $mark"
        while IFS= read -r -t 30 -u 4 line && [[ $line != "d "* ]]; do
            [[ $line != "* SEARCH "* ]] || found=${line#"* SEARCH "}
        done
        found=${found%"$CR"}
    }
    read_imap() {
        dial "$mailbox"
        hear "\* OK*" "the greeting"
        tell "a LOGIN $address $secret"
        hear "a OK*" "the login"
        tell "b SELECT INBOX"
        hear "b OK*" SELECT
        arrives search_imap
        tell "e FETCH $found BODY.PEEK[HEADER]"
        while IFS= read -r -t 30 -u 4 line && [[ $line != "e "* ]]; do
            header+=${line//[[:space:]]/}
        done
        hang_up "f LOGOUT"
    }
    search_doveadm() {
        found=$(doveadm -f flow fetch -u "$address" hdr mailbox INBOX header Message-ID "$mark")
    }
    carry() {
        if [ -n "$submission" ]; then
            submit
        else
            compose | /usr/sbin/sendmail -f "$address" "$address" || give_up "sendmail takes no mail"
        fi
        if [ "$mailbox" = doveadm ]; then
            arrives search_doveadm
            header=${found//[[:space:]]/}
        elif [ -n "$mailbox" ]; then
            read_imap
        elif [ -n "$signature" ]; then
            header=$(postcat -h -q "$queued")
            header=${header//[[:space:]]/}
            postsuper -d "$queued" 2>/dev/null
        fi
        [ -n "$signature" ] || exit 0
        [[ $header = *"DKIM-Signature:"*";d=$domain;"* ]] ||
            give_up "a mail of a user of $domain has no DKIM signature of it" 2
        [[ $header = *";d=$domain;s=$selector;"* ]] ||
            give_up "a mail of a user of $domain is not signed with the key $selector" 2
    }

    for part in ${submission:+carry} ${refusal:+wrong_password} ${receiving:+strangers}; do
        ("$part") &
        begun_parts+=" $!"
    done
    if [ -z "$submission" ] && [ -n "$mailbox" ]; then
        (carry) &
        begun_parts+=" $!"
    fi
    failed=0
    for one in $begun_parts; do
        wait "$one"
        code=$?
        [ "$code" -le "$failed" ] || failed=$code
    done
    exit "$failed"'
