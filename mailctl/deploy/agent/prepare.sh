# What a generation stands on: packages, accounts, folders, the host's own certificate.
#
# Each of these only adds, and does nothing where all is there already.

# install PACKAGE... : with no questions, no recommendations, and the administrator's own
# configuration files kept
install_packages() {
    [ $# -gt 0 ] || return 0
    say step "installing $*"
    hold_starts
    if ! apt_install "$@"; then
        # the lists may be old or missing: fetch them and try once more
        apt_get update >>"$work/apt.log" 2>&1 || :
        apt_install "$@" || {
            details "$work/apt.log"
            fail packages "apt-get could not install $*"
        }
    fi
    allow_starts
}

apt_install() {
    apt_get install --yes --no-install-recommends \
        -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \
        "$@" >"$work/apt.log" 2>&1
}

apt_get() {
    DEBIAN_FRONTEND=noninteractive DEBCONF_NONINTERACTIVE_SEEN=true \
        apt-get -q -o DPkg::Lock::Timeout=120 "$@" </dev/null
}

# ensure_account NAME HOME GROUPS CREATE : a system account without a password or a shell, and
# the groups that it joins besides (`-` for none)
ensure_account() {
    if [ "$4" = yes ] && ! id "$1" >/dev/null 2>&1; then
        useradd --system --user-group --home-dir "$2" --no-create-home \
            --shell /usr/sbin/nologin "$1" >"$work/account.log" 2>&1 || {
            details "$work/account.log"
            fail account "cannot make the account $1"
        }
    fi
    [ "$3" = - ] || usermod --append --groups "$3" "$1" >"$work/account.log" 2>&1 || {
        details "$work/account.log"
        fail account "cannot add $1 to $3"
    }
}

# ensure_directory MODE OWNER GROUP PATH : a folder of the host outside the generations; what
# it holds is not ours
ensure_directory() {
    install -d -m "$1" -o "$2" -g "$3" "$root$4" 2>"$work/directory.log" || {
        details "$work/directory.log"
        fail directory "cannot make the folder $4"
    }
}

# ensure_certificate NAME : a self-signed one, P-256. 820 days, since some clients refuse a server
# certificate that lives for more than 825; made anew, with the same key, at an apply that finds
# less than 60 days left, so that whoever trusts the key need not be asked again.
ensure_certificate() {
    name=$1
    tls=$state/tls
    if [ -s "$tls/fullchain.pem" ] && [ -s "$tls/key.pem" ] && [ -e "$tls/made-for" ]; then
        read -r made_for until <"$tls/made-for"
        [ "$made_for" != "$name" ] || [ "$until" -lt "$((seconds + 60 * 86400))" ] || return 0
    fi
    say step "making a certificate for $name"
    mkdir -p "$tls"
    (
        umask 077
        [ -s "$tls/key.pem" ] || {
            make_key && mv "$work/key.pem" "$tls/key.pem"
        }
    ) 2>"$work/openssl.log" && sign_itself "$tls/key.pem" 2>>"$work/openssl.log" || no_certificate
    chmod 644 "$work/fullchain.pem"
    mv "$work/fullchain.pem" "$tls/fullchain.pem"
    printf '%s %s\n' "$name" "$((seconds + 820 * 86400))" >"$tls/made-for"
}

# make_key : into $work/key.pem; P-256
make_key() {
    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$work/key.pem"
}

# sign_itself KEY : a certificate for $name, into $work/fullchain.pem
sign_itself() {
    openssl req -x509 -new -key "$1" -days 820 -sha256 -subj "/CN=$name" \
        -addext "subjectAltName=DNS:$name" -addext basicConstraints=critical,CA:FALSE \
        -addext keyUsage=critical,digitalSignature -addext extendedKeyUsage=serverAuth \
        -out "$work/fullchain.pem"
}

no_certificate() {
    details "$work/openssl.log"
    fail certificate "openssl could not make a certificate for $name"
}

# ensure_provisional NAME : what is shown for it until another comes, key and certificate in one
# file; the one that the host showed before, where it made one for that name
ensure_provisional() {
    name=$1
    tls=$state/tls
    [ ! -s "$tls/served/$name.pem" ] || return 0
    mkdir -p "$tls/served"
    (
        umask 077
        made_for=
        [ ! -e "$tls/made-for" ] || read -r made_for _until <"$tls/made-for"
        if [ "$made_for" = "$name" ] && [ -s "$tls/fullchain.pem" ] && [ -s "$tls/key.pem" ]; then
            cat "$tls/key.pem" "$tls/fullchain.pem" >"$work/pair.pem"
        else
            make_key && sign_itself "$work/key.pem" &&
                cat "$work/key.pem" "$work/fullchain.pem" >"$work/pair.pem"
        fi
    ) 2>"$work/openssl.log" || no_certificate
    mv "$work/pair.pem" "$tls/served/$name.pem"
}
