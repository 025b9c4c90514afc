# Switch to a generation that lies on the host already; 0 is the host as we found it.
#
# Standard input after this script: the orders ($1 bytes), then the client's word `confirm`.

keeps_number=yes

begin
orders=$work/orders
head -c "$1" >"$orders" || fail space "cannot write to $work"
number=$(entries to "$orders")
before=$(live_number)
[ "$before$TAB$(digest_of "$generations/$before")" = "$(entries base "$orders")" ] ||
    fail moved "another generation is live than the one that was looked at"
[ -d "$generations/$number" ] || fail absent "there is no generation $number"
[ "$number" = 0 ] || [ -z "$(drift "$generations/$number")" ] ||
    fail verify "generation $number was changed since it was laid"

# back to the start the services of what is live now are those that are told
manifest=$generations/$number/.mailctl/manifest
[ "$number" != 0 ] || manifest=$generations/$before/.mailctl/manifest

bring() {
    arrange "$before" "$number" || return 1
    if [ "$number" = 0 ]; then
        grep -q "^systemd-reload" "$orders" && { manage daemon-reload || return 1; }
        restore_all
    else
        retire && act && probe
    fi
}

say step "switching to generation $number"
switched=yes
if bring; then
    if answer confirm; then
        [ "$number" = 0 ] || : >"$generations/$number/.mailctl/confirmed"
        switched=no
    fi
else
    say detail "generation $number did not pass its probes"
fi
[ "$switched" = no ] || exit 4 # clean_up goes back
say "done" "$number"
