# Which keys the host has certificates for, and which one its daemons are given: `has LINEAGE
# DIGEST` and `given NAME DIGEST`, and `proved NAME` where every port has shown the certificate
# that they are given. A digest is that of TLSA records (RFC 6698, 2.1: 1 1).

say agent 1
say uid "$(id -u)"

# digest_of_key FILE : of the public key of its first certificate
digest_of_key() {
    openssl x509 -in "$1" -noout -pubkey 2>/dev/null | openssl pkey -pubin -outform DER 2>/dev/null |
        sha256sum | cut -d ' ' -f 1
}

for file in "$root"/etc/letsencrypt/live/*/fullchain.pem; do
    [ ! -e "$file" ] || {
        name=${file%/fullchain.pem}
        say has "${name##*/}" "$(digest_of_key "$file")"
    }
done
for file in "$state"/tls/served/*.pem; do
    [ ! -e "$file" ] || {
        name=${file##*/}
        name=${name%.pem}
        say given "$name" "$(digest_of_key "$file")"
        [ "$(cat "$state/tls/$name.proved" 2>/dev/null)" != \
            "$(openssl x509 -in "$file" -noout -fingerprint -sha256)" ] || say proved "$name"
    }
done
say end
