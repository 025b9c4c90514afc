# The generations that the host keeps: number, digest, whether confirmed, when, by whom and for
# which platform made.
#
# Given: the number of one of them, `previous` for the one before the live one, or
# `none`. With it come the live manifest (`was`) and that one's (`then`).

asked=$given

say agent 1
say uid "$(id -u)"
say_release os "$root/etc/os-release"
[ ! -e "$origin/os-release" ] || say_release origin "$origin/os-release"
know_live
live=$before
say live "$live" "$digest"
# a switch may still be taken back while its agent is at work, and until its guard has been
if [ -e "$state/pending" ] ||
    { [ -e "$state/lock" ] && ! flock --nonblock --shared 9 9<"$state/lock"; }; then
    say busy
fi
if [ "$asked" = previous ]; then
    asked=none
    for number in $(numbers); do
        [ "$number" -ge "$live" ] || asked=$number
    done
fi
for number in $(numbers); do
    folder=$generations/$number/.mailctl
    confirmed=confirmed
    [ "$number" = 0 ] || is_confirmed "$generations/$number" || confirmed=unconfirmed
    made=-
    who=-
    [ ! -e "$folder/made" ] || IFS=$TAB read -r made who _line <"$folder/made"
    platform=-
    # its second line; the first one is the version of the form
    [ ! -e "$folder/manifest" ] ||
        { read -r _line && IFS=$TAB read -r _kind platform; } <"$folder/manifest"
    say generation "$number" "$(digest_of "$generations/$number")" "$confirmed" "$made" "$who" \
        "$platform"
done
if [ "$asked" != none ]; then
    say asked "$asked"
    sed "s/^/was$TAB/" "$generations/$live/.mailctl/manifest" 2>/dev/null || :
    sed "s/^/then$TAB/" "$generations/$asked/.mailctl/manifest" 2>/dev/null || :
fi
say end
