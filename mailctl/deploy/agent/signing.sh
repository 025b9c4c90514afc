# Which keys the live generation signs with: the lines of its KeyTable, none where it has no such
# table. Somebody may have rolled the host back: what lies there counts, not what was applied.

say agent 1
say uid "$(id -u)"
table=$current/opendkim/KeyTable
# NixOS' modules lay it
[ -e "$table" ] || table=$root/etc/mailctl/opendkim/KeyTable
[ ! -e "$table" ] || sed "s/^/signs$TAB/" "$table"
say end
