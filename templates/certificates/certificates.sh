#!/bin/sh
# Written by mailctl; changes made here are lost.
#
# The certificates of this host: gets them, renews them, and has every daemon show the new ones.
#
#   certificates.sh obtain   mailctl-certificates.service: what is missing, due, or has other names
#   certificates.sh deploy   certbot(1) after a renewal: a hook in renewal-hooks/deploy
#   certificates.sh watch    mailctl-certificates.service: files that somebody else keeps
#   certificates.sh again    mailctl-certificates-again@.service: whether they changed meanwhile
#
# Each certificate lies with its key in one file, so that both change by one rename. What fails
# leaves the former one in its place; how it went is noted for `mailctl plan`.
set -eu
umask 022
LC_ALL=C
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH

here=/var/lib/mailctl/current/certificates
state=/var/lib/mailctl/tls
served=$state/served
lineages=/etc/letsencrypt/live
TAB='	'
NEWLINE='
'

# read_settings : one thing a line, its fields separated by tabs
read_settings() {
    directory= email= webroot= dns= propagation= certificates= units= ports= files=
    shown_name= shown_lineage= shown_digest= waiting= gone=
    while IFS=$TAB read -r kind first second third; do
        case $kind in
        directory) directory=$first ;;
        email) email=$first ;;
        webroot) webroot=$first ;;
        dns) dns=$first propagation=$second ;;
        certificate) certificates=$certificates$first$TAB$second$TAB$third$NEWLINE ;;
        shown) shown_name=$first shown_lineage=$second shown_digest=$third ;;
        waiting) waiting=$waiting$first$TAB$second$NEWLINE ;;
        gone) gone="$gone $first" ;;
        files) files=$files$first$TAB$second$TAB$third$NEWLINE ;;
        unit) units="$units $first" ;;
        ports) ports=$first ;;
        esac
    done <"$here/settings"
}

# forget_notes : of certificates that are no more in the settings, so that nobody is told of them
forget_notes() {
    for _note in "$state"/*.status; do
        _noted=${_note##*/}
        _noted=${_noted%.status}
        case $NEWLINE$certificates$files$waiting in
        *"$NEWLINE$_noted$TAB"*) ;;
        *) rm -f "$_note" "$state/$_noted.proved" ;;
        esac
    done
}

# note NAME RESULT UNTIL TEXT : how it went with a certificate; one line, replaced as a whole
note() {
    printf '%s\t%s\t%s\t%s\n' "$2" "$(date +%s)" "$3" "$4" >"$state/.$1.status" &&
        mv "$state/.$1.status" "$state/$1.status" || :
    [ "$2" = served ] || echo "$1: $4" >&2
}

# until_of FILE : seconds since 1970 at which its certificate ends; empty where there is none
until_of() {
    _end=$(openssl x509 -in "$1" -noout -enddate 2>/dev/null) && date -d "${_end#*=}" +%s || :
}

print_of() {
    openssl x509 -noout -fingerprint -sha256 2>/dev/null || :
}

# lineage_of NAME : sets $lineage to what certbot calls the certificates that are shown for it
lineage_of() {
    lineage=$1
    [ "$1" != "$shown_name" ] || lineage=$shown_lineage
}

# is_pinned NAME CERTIFICATE : whether TLSA records name its key, or need not. Senders with DANE
# would put mail off at any other.
is_pinned() {
    [ "$1" != "$shown_name" ] || [ "$(digest_of "$2")" = "$shown_digest" ]
}

# digest_of CERTIFICATE : of its public key, as TLSA records have it (RFC 6698, 2.1: 1 1)
digest_of() {
    openssl x509 -in "$1" -noout -pubkey | openssl pkey -pubin -outform DER |
        sha256sum | cut -d ' ' -f 1
}

# fault_of CERTIFICATE KEY : sets $fault to why they cannot be served, empty where they can
fault_of() {
    fault=
    if ! openssl x509 -in "$1" -noout -checkend 0 >/dev/null 2>&1; then
        fault="the certificate in $1 has ended, or cannot be read"
    elif ! _public=$(openssl pkey -in "$2" -pubout -passin pass: 2>/dev/null) ||
        [ "$_public" != "$(openssl x509 -in "$1" -noout -pubkey)" ]; then
        fault="the key in $2 does not belong to the certificate in $1"
    fi
}

# reload : daemons read a certificate when they are told to, and at no other time
reload() {
    for _unit in $units; do
        ! systemctl --quiet is-active "$_unit" || systemctl reload "$_unit" || :
    done
}

# shown PORT NAME : the fingerprint of what a client of this port is shown
shown() {
    set -- "${1%%:*}" "${1#*:}" "$2"
    # shellcheck disable=SC2086 # two words or none
    timeout 10 openssl s_client -connect "127.0.0.1:$1" -servername "$3" \
        ${2:+-starttls $2} </dev/null 2>/dev/null | print_of
}

# is_proved NAME FILE : whether all ports have shown the file's certificate before. Nobody looks
# again: a client who comes while Dovecot is away, as in an upgrade, has Postfix give up a port for
# a minute.
is_proved() {
    [ "$(cat "$state/$1.proved" 2>/dev/null)" = "$(print_of <"$2")" ]
}

# all_run : within a minute
all_run() {
    _patience=60
    until ! systemctl is-active $units | grep -q -v -x active; do
        _patience=$((_patience - 1))
        [ "$_patience" -gt 0 ] || return 1
        sleep 1
    done
}

# prove NAME FILE PORTS : each shows the file's certificate, which daemons may take a moment for
prove() {
    ! is_proved "$1" "$2" || {
        note "$1" served "$(until_of "$2")" "every port shows it"
        return 0
    }
    all_run || {
        note "$1" stale "$(until_of "$2")" "a daemon does not run: systemctl status$units"
        return 1
    }
    _wanted=$(print_of <"$2")
    for _port in $(echo "$3" | tr , ' '); do
        _tries=0
        until [ "$(shown "$_port" "$1")" = "$_wanted" ]; do
            _tries=$((_tries + 1))
            [ "$_tries" -lt 20 ] || {
                note "$1" stale "$(until_of "$2")" \
                    "port ${_port%%:*} does not show the certificate in $2; restart its daemon"
                return 1
            }
            sleep 0.5
        done
    done
    note "$1" served "$(until_of "$2")" "every port shows it"
    printf '%s\n' "$_wanted" >"$state/$1.proved"
}

# take NAME : what certbot has for it becomes what is served; sets $changed where that is new
take() {
    lineage_of "$1"
    [ -e "$lineages/$lineage/fullchain.pem" ] || return 0
    fault_of "$lineages/$lineage/fullchain.pem" "$lineages/$lineage/privkey.pem"
    [ -n "$fault" ] || is_pinned "$1" "$lineages/$lineage/fullchain.pem" ||
        fault="certbot has another key for $lineage than the one that TLSA records pin, which \
alone is shown: see mailctl tlsa pin --lost"
    [ -z "$fault" ] || {
        note "$1" failed "$(until_of "$served/$1.pem")" "$fault"
        return 1
    }
    serve "$1" "$lineages/$lineage/fullchain.pem" "$lineages/$lineage/privkey.pem"
}

# serve NAME CERTIFICATE KEY : is what daemons find for it from now on; sets $changed where it is new
serve() {
    [ "$2" != "$3" ] || set -- "$1" "$2"
    (
        umask 077
        cat ${3:+"$3"} "$2" >"$served/.$1.pem"
    )
    fault_of "$served/.$1.pem" "$served/.$1.pem"
    [ -z "$fault" ] || {
        rm -f "$served/.$1.pem"
        note "$1" failed "$(until_of "$served/$1.pem")" "its files changed while they were read"
        return 1
    }
    if cmp -s "$served/.$1.pem" "$served/$1.pem"; then
        rm -f "$served/.$1.pem"
    else
        sync "$served/.$1.pem"
        mv "$served/.$1.pem" "$served/$1.pem"
        changed=yes
    fi
}

# explain : certbot's words on standard input, as one line that says what to do
explain() {
    _said=$(cat)
    case $_said in
    # certbot 2.1 trips over an error of the authority; what that was stands in its log
    *"AttributeError: can't set"*)
        _said=$(grep 'urn:ietf:params:acme:error:' /var/log/letsencrypt/letsencrypt.log | tail -n 1)
        ;;
    esac
    case $_said in
    *"base domain for"* | *"Encountered error"* | *"from server: "* | *"TXT record"*) explain_dns ;;
    *rateLimited* | *"too many"*)
        echo "the authority's rate limit is reached, it is asked again later: $(telling)"
        ;;
    *NXDOMAIN* | *"DNS problem"* | *"could not resolve"* | *"no valid A records"* | *SERVFAIL*)
        echo "DNS does not lead the name to this host: $(telling)"
        ;;
    *Type:*connection*) echo "the authority cannot reach port 80 of this host: $(telling)" ;;
    *Type:*unauthorized*) echo "another web server answers for the name: $(telling)" ;;
    *Type:*caa*) echo "DNS forbids this authority (CAA): $(telling)" ;;
    *"bind TCP port 80"*)
        echo "port 80 is taken by another program; it is named by: ss -ltnp 'sport = :80'"
        ;;
    *"not yet valid"* | *"certificate has expired"*)
        echo "the certificate of $directory is not valid by this host's clock, which says" \
            "$(date -u +%Y-%m-%dT%H:%MZ): see timedatectl"
        ;;
    *CERTIFICATE_VERIFY_FAILED* | *"certificate verify failed"*)
        echo "the certificate of $directory is not one that this host trusts"
        ;;
    *"Another instance of Certbot"*) echo "another certbot is at work; it is tried again" ;;
    *"Max retries exceeded"* | *"ValueError: Requesting "* | *ConnectionError* | *"timed out"* | \
        *"Name or service not known"* | *"Temporary failure in name resolution"*)
        echo "the authority at $directory cannot be reached: $(telling)"
        ;;
    *) telling ;;
    esac
}

# explain_dns : the same for what went wrong between certbot-dns-rfc2136 and the name server, of
# which it quotes RFC 2136 (2.2), RFC 8945 (5.2) and dnspython; and for what came of the update
explain_dns() {
    case $_said in
    *"know the key"*) echo "the name server $dns does not know the TSIG key (BADKEY): $(key_help)" ;;
    *"like the signature"*)
        echo "the name server $dns has another secret for the TSIG key (BADSIG): $(key_help)"
        ;;
    *"like the time"*)
        echo "the name server $dns has another time than this host (BADTIME), which says" \
            "$(date -u +%Y-%m-%dT%H:%MZ): see timedatectl"
        ;;
    *"from server: NOTAUTH"*)
        echo "the name server $dns is not the primary of the zone, or does not take the TSIG key" \
            "(NOTAUTH)"
        ;;
    *"from server: REFUSED"*)
        echo "the name server $dns does not let the TSIG key change _acme-challenge (REFUSED):" \
            "its policy has to, as BIND's update-policy"
        ;;
    *"from server: "*) echo "the name server $dns does not take the update: $(telling)" ;;
    *"base domain for"*)
        _said=${_said##*base domain for }
        echo "the name server $dns is the primary of no zone that ${_said%% *} is in"
        ;;
    *"Encountered error"*)
        echo "the name server $dns cannot be asked: $(telling)"
        ;;
    *Type:*caa*) echo "DNS forbids this authority (CAA): $(telling)" ;;
    *)
        echo "the authority does not see the TXT record, which all name servers of the zone must" \
            "show within propagation_seconds ($propagation): $(telling)"
        ;;
    esac
}

key_help() {
    echo "name, algorithm and secret have to be the same on both sides"
}

# telling : of $_said what tells most
telling() {
    {
        printf '%s\n' "$_said" |
            sed -n -e 's/^ *Detail: *//p' -e 's/.*"detail": *"\([^"]*\)".*/\1/p'
        printf '%s\n' "$_said" |
            grep -v -e '^ *$' -e '^Saving debug log' -e '^Ask for help' -e '^Requesting ' \
                -e '^Renewing ' -e '^The following error' -e '^Some challenges' \
                -e '^An unexpected error' -e '^Account registered' -e '^Waiting ' \
                -e '^Encountered exception during' || :
        echo "certbot fails without a word"
    } | sed -n '1{s/[^ -~]/ /g;s/^  *//;s/^\(.\{300\}\).*/\1.../;p;}'
}

# ask NAME NAMES : certbot gets what is missing or due, and keeps the key (RFC 7672, 8.1: TLSA
# records speak of the key, and stay right)
ask() {
    _name=$1
    _names=$2
    if [ -n "$dns" ]; then
        set -- --authenticator dns-rfc2136 --dns-rfc2136-credentials "$here/dns.ini" \
            --dns-rfc2136-propagation-seconds "$propagation"
    elif [ -n "$webroot" ]; then
        set -- --webroot --webroot-path "$webroot"
    else
        set -- --standalone
    fi
    if [ -n "$email" ]; then
        set -- "$@" --email "$email"
    else
        set -- "$@" --register-unsafely-without-email
    fi
    certbot certonly --non-interactive --agree-tos --server "$directory" --cert-name "$_name" \
        --domains "$_names" --key-type ecdsa --elliptic-curve secp256r1 --reuse-key \
        --keep-until-expiring --renew-with-new-domains "$@" 2>&1
}

# each_certificate FUNCTION : calls it with the fields of each (of $only, where that is set) that has
# not failed yet: the name, and the names and the ports, or the files
each_certificate() {
    _rest=$certificates
    while [ -n "$_rest" ]; do
        IFS=$TAB read -r each names_of_each ports_of_each <<END
${_rest%%"$NEWLINE"*}
END
        _rest=${_rest#*"$NEWLINE"}
        case $failed in
        *" $each "*) continue ;;
        esac
        lineage_of "$each"
        [ "${only:-$lineage}" = "$lineage" ] || continue
        "$1" "$each" "$names_of_each" "$ports_of_each" || failed="$failed $each "
    done
}

obtain() {
    lineage_of "$1"
    order "$1" "$lineage" "$2"
}

# order NAME LINEAGE NAMES : the certificate, if it is missing or due; what fails is noted for NAME
order() {
    _output=$(ask "$2" "$3" 9>&- </dev/null) || {
        printf '%s\n' "$_output" >&2
        note "$1" failed "$(until_of "$served/$1.pem")" "$(printf '%s\n' "$_output" | explain)"
        return 1
    }
}

# obtain_waiting : certificates for keys that are not shown yet, whose records are to come first
obtain_waiting() {
    while IFS=$TAB read -r _waits _for; do
        [ -n "$_waits" ] || continue
        if order "$_waits" "$_waits" "$_for"; then
            rm -f "$state/$_waits.status"
        else
            failed="$failed $_waits "
        fi
    done <<END
$waiting
END
}

# forget_gone : keys that no record names any more; never the one that is shown
forget_gone() {
    for _gone in $gone; do
        [ "$_gone" != "$shown_lineage" ] && [ -e "/etc/letsencrypt/renewal/$_gone.conf" ] ||
            continue
        certbot delete --non-interactive --cert-name "$_gone" 2>&1 9>&- </dev/null || :
    done
}

# proved NAME NAMES PORTS : but for one that is still the host's own
proved() {
    lineage_of "$1"
    [ ! -e "$lineages/$lineage/fullchain.pem" ] || prove "$1" "$served/$1.pem" "$3"
}

# collect NAME CERTIFICATE KEY : two files of somebody else; while he replaces them they may not fit
# together yet. Daemons read the host's own where they lie, of the others a copy.
collect() {
    _tries=0
    fault_of "$2" "$3"
    while [ -n "$fault" ] && [ "$_tries" -lt 10 ]; do
        _tries=$((_tries + 1))
        sleep 1
        fault_of "$2" "$3"
    done
    [ -z "$fault" ] || {
        note "$1" failed "$(until_of "$served/$1.pem")" "$fault; the daemons were not told"
        return 1
    }
    [ "$1" = "$own" ] || {
        serve "$@" || return 1
        set -- "$1" "$served/$1.pem"
    }
    is_proved "$1" "$2" || changed=yes
}

# show NAME CERTIFICATE KEY : a reload would read the host's own, also where the two do not fit
show() {
    [ "$1" = "$own" ] || set -- "$1" "$served/$1.pem"
    case $failed in
    *" $own "*)
        is_proved "$1" "$2" || {
            note "$1" failed "" "the daemons were not told: first the files of $own have to fit"
            return 1
        }
        ;;
    esac
    prove "$1" "$2" "$ports"
}

# settle : what certbot has is given to daemons, and proved; the caller holds the lock
settle() {
    each_certificate take
    [ "$changed" = no ] || reload
    each_certificate proved
}

# watch : until nothing has changed meanwhile, for systemd tells of no change while this runs, and
# who renews many certificates replaces one file after the other
watch() {
    certificates=$files
    own=${files%%"$TAB"*}
    _seen=
    until [ "$_seen" = "$(digest_of_files)" ]; do
        _seen=$(digest_of_files)
        changed=no failed=
        each_certificate collect
        case $failed in
        *" $own "*) ;;
        *) [ "$changed" = no ] || reload ;;
        esac
        each_certificate show
    done
    printf '%s\n' "$_seen" >"$state/files.seen"
}

# again : systemd looks at files again when the service has ended, and not at what happened in
# between; this runs right after that
again() {
    [ "$(digest_of_files)" = "$(cat "$state/files.seen" 2>/dev/null)" ] ||
        systemctl start --no-block mailctl-certificates.service
}

# digest_of_files : another one when any file of somebody else is another one
digest_of_files() {
    printf '%s' "$files" | while IFS=$TAB read -r _ _certificate _key; do
        cat "$_certificate" "$_key" 2>/dev/null || :
    done | sha256sum
}

mkdir -p "$served"
exec 9>>"$state/certificates.lock"
read_settings
forget_notes
changed=no
failed=
only=
case ${1:-} in
obtain)
    # what is there already is shown, whatever the authority says
    flock 9
    each_certificate take
    [ "$changed" = no ] || {
        reload
        each_certificate proved
    }
    flock -u 9
    changed=no failed=
    # the lock comes after certbot: another one may be at work, whose hook waits for the lock
    each_certificate obtain
    obtain_waiting
    flock 9
    settle
    case $failed in
    *" $shown_name "*) ;;
    *) forget_gone ;;
    esac
    ;;
deploy)
    flock 9
    # one that is not in the settings is somebody else's
    only=${RENEWED_LINEAGE##*/}
    settle
    ;;
watch)
    flock 9
    watch
    ;;
again)
    again
    ;;
*)
    echo "usage: certificates.sh obtain|deploy|watch|again" >&2
    exit 2
    ;;
esac
[ -z "$failed" ]
