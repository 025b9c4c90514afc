# The generations that the host keeps: number, digest, when and by whom they were made; with a
# number as $1 the manifest of that one too.

say agent 1
say uid "$(id -u)"
say live "$(live_number)"
[ ! -d "$generations" ] || ls "$generations" | grep -x '[0-9]*' | sort -n | while read -r number; do
    folder=$generations/$number/.mailctl
    confirmed=confirmed
    [ -e "$folder/confirmed" ] || [ "$number" = 0 ] || confirmed=unconfirmed
    made="-$TAB-"
    [ ! -e "$folder/made" ] || made=$(cat "$folder/made")
    say generation "$number" "$(digest_of "$generations/$number")" "$confirmed" "$made"
done
say end
