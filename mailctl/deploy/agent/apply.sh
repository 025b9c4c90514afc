# Lay a generation, check it, switch to it, and keep it only if all is well.
#
# Standard input after this script: the manifest ($1 bytes), the orders ($2), the archive ($3),
# then the client's word: `switch` before the switch, `confirm` after it.

keeps_number=no

begin
umask 077
manifest=$work/manifest
orders=$work/orders
head -c "$1" >"$manifest" && head -c "$2" >"$orders" && head -c "$3" >"$work/archive" ||
    fail space "cannot write to $work"
umask 022
[ "$(sha256sum <"$manifest" | cut -d' ' -f1)" = "$(entries digest "$orders")" ] ||
    fail broken "what was sent did not arrive whole"

before=$(live_number)
live=$generations/$before
# generation 0 is live from the first moment, so that there is a `current` to be in the place of
[ -L "$current" ] || { mkdir -p "$origin" && chmod 700 "$origin" && point_to 0; }
[ "$before$TAB$(digest_of "$live")" = "$(entries base "$orders")" ] ||
    fail moved "another generation is live than the plan was made for"
# shellcheck disable=SC2046 # two numbers
has_room $(entries need "$orders")

remember_services
# shellcheck disable=SC2046 # names of packages hold no blanks
install_packages $(entries install "$orders")
ensure_accounts
ensure_directories
ensure_certificate
refuse_folders

number=$(($(numbers | tail -n 1) + 1))
say step "laying generation $number"
lay
verify
try_out
finish
answer switch || {
    rm -rf "${generations:?}/$number"
    fail aborted "the client did not say to switch"
}

say step "switching to generation $number"
switched=yes
if arrange "$before" "$number" && retire && act && probe; then
    if answer confirm; then
        : >"$generations/$number/.mailctl/confirmed"
        switched=no
    fi
else
    say detail "generation $number did not pass its probes"
fi
[ "$switched" = no ] || exit 4 # clean_up goes back

# the ten newest stay, besides the original and the live one
numbers | grep -vx 0 | head -n -10 | grep -vx "$number" |
    while read -r old; do
        rm -rf "${generations:?}/$old"
    done
say "done" "$number"
