# Do the services answer? Asked from the host itself, so that no forwarding need be allowed.

# probe : every service runs, and every port greets as expected, within a few seconds
probe() {
    entries service "$manifest" | cut -f1 >"$work/units"
    while read -r unit; do
        runs "$unit" || return 1
    done <"$work/units"
    entries port "$manifest" >"$work/ports"
    while IFS=$TAB read -r number_of_port tls expect; do
        greets "$number_of_port" "$tls" "$expect" || return 1
    done <"$work/ports"
}

# runs UNIT : active, once it has ended to start
runs() {
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        condition=$(systemctl is-active "$1" 2>/dev/null || :)
        [ "$condition" != active ] || return 0
        [ "$condition" = activating ] || [ "$condition" = reloading ] || break
        sleep 0.5
    done
    say detail "$1 is $condition"
    journalctl --unit="$1" --lines=8 --no-pager --output=cat >"$work/journal.log" 2>&1 || :
    details "$work/journal.log"
    return 1
}

# greets PORT TLS EXPECT : a daemon that has just started may be silent for a while, or greet as
# the one that is just leaving
greets() {
    begun=$(date +%s)
    while :; do
        heard=$(greeting "$1" "$2")
        case $heard in
        "$3"*) return 0 ;;
        esac
        [ -n "$heard" ] && limit=5 || limit=20
        [ "$(($(date +%s) - begun))" -lt "$limit" ] || break
        sleep 0.5
    done
    say detail "port $1 says '$(printf '%s' "$heard" | tr -cd '[:print:]')', not '$3'"
    return 1
}

# greeting PORT TLS : the first line that the port says; sh has no sockets, bash has
greeting() {
    timeout 10 bash -c '
        if [ "$2" = tls ]; then
            exec 3< <(exec timeout 8 openssl s_client -quiet -verify_quiet \
                -connect "127.0.0.1:$1" 2>/dev/null </dev/null)
            client=$!
        else
            exec 3<>"/dev/tcp/127.0.0.1/$1" || exit
            client=
        fi
        IFS= read -r -t 6 -u 3 line
        printf "%s\n" "${line%$'"'\\\\r'"'}"
        [ -z "$client" ] || kill "$client"' greeting "$1" "$2" 2>/dev/null 9>&- | tr -d '\r' || :
}
