# What is there on a host of NixOS. Changes nothing; then waits to be told what to do.
#
# Given: `wanted TAB DIGEST`, the manifest that is wanted.

say agent 1
if [ -O / ]; then say uid 0; else say uid "$(id -u)"; fi
say_release os "$root/etc/os-release"
[ ! -d "$etc" ] || say there /etc/nixos
! command -v nixos-rebuild >/dev/null || say there nixos-rebuild
know_live
confirmed=unconfirmed
[ "$before" = 0 ] || ! is_confirmed "$live" || confirmed=confirmed
say live "$before" "$digest" "$confirmed"
# at work, or cut off
for _path in "$pending" "$generations"/*.partial "$module.new" "$secrets.new" "$module.former" \
    "$secrets.former"; do
    [ ! -e "$_path" ] || {
        say busy
        break
    }
done
recorded=-
[ ! -e "$live/.mailctl/system" ] || read -r recorded <"$live/.mailctl/system"
say system "$(readlink "$profile" || :)" "$recorded" "$(host_of "$root/run/current-system")" \
    "$(sum_of_listing)"
listing
[ "wanted$TAB$digest" = "$given" ] ||
    sed "s/^/was$TAB/" "$live/.mailctl/manifest" 2>/dev/null || :
say end
say ask orders
read -r size || exit 0
cd /
script=$(head -c "$size")
eval "$script"
