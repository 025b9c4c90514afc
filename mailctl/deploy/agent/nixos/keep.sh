# The switch of a host of NixOS, and whether it is kept: what has a secret in its memory is told,
# every port is asked, and so is the client.
#
# Given: the orders `tell`, `port` and `probe`; $number (the generation to go to).

units= # the system itself has said how they are; probe.sh asks nothing more

# tell : what reads a secret only when it is told to
tell() {
    each tell _tell
}

_tell() {
    systemctl try-reload-or-restart "$1" >"$work/told" 2>&1 || {
        details "$work/told"
        return 1
    }
}

# answers : every port greets; one that speaks TLS at once is only connected to where there is no
# openssl(1)
answers() {
    ports=
    loopback=127.0.0.1
    each probe know_loopback
    each port know_port
    greets
}

know_loopback() {
    [ "$1" != loopback ] || loopback=$2
}

know_port() {
    if [ "$2" = plain ] || command -v openssl >/dev/null; then
        ports=$ports$1$TAB$2$TAB$3$NEWLINE
        return 0
    fi
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        # shellcheck disable=SC2016 # expanded there
        ! timeout 6 bash -c 'exec 3<>"/dev/tcp/$1/$2"' port "$loopback" "$1" 2>/dev/null 9>&- ||
            return 0
        sleep 1
    done
    say detail "port $1 does not answer"
    return 1
}

# confirm_switch : the new one is the one that counts
confirm_switch() {
    _made=$generations/$number/.mailctl
    readlink "$profile" >"$_made/system" || return 1
    is_confirmed "$generations/$number" || echo confirmed >>"$_made/made" || return 1
    ln -sfT "generations/$number" "$current"
    sync -f "$state" "$etc"
    rm "$pending"
    switched=no
    fresh=
    remove "$module.former" "$secrets.former"
}

# turn : the secrets come, the system is switched by the command that follows, and is kept if all
# is well
turn() {
    say step "switching to generation $number"
    switched=yes
    swap "$secrets"
    if "$@" && tell && say step "asking the ports" && answers; then
        ! answer confirm || confirm_switch || say detail "the host cannot note that it is confirmed"
    else
        say detail "generation $number did not pass its probes"
    fi
    [ "$switched" = no ] || exit 4 # clean_up goes back
}
