# The text of files: of the live generation, or of the host where a path begins with /. Changes
# nothing, and reads only what is a file itself, no link.
#
# Given: lines `OFFSET TAB LENGTH TAB PATH`; a LENGTH of `-` is all the rest.
# After the line `bytes` comes a gzip stream: for each line of the question, in its order, a line
# with the number of bytes and so many bytes, or `-` where there is no such file; `end` is last.

# part FILE OFFSET LENGTH : its size as a line, then the bytes
part() {
    [ -f "$1" ] && [ ! -L "$1" ] && size=$(stat -c %s -- "$1") || {
        echo -
        return
    }
    size=$((size > $2 ? size - $2 : 0))
    [ "$3" = - ] || [ "$3" -gt "$size" ] || size=$3
    echo "$size"
    tail -c "+$(($2 + 1))" -- "$1" | head -c "$size"
}

parts() {
    printf '%s' "$given" | while IFS=$TAB read -r offset length path; do
        case $path in
        /*) part "$root$path" "$offset" "$length" ;;
        *) part "$current/$path" "$offset" "$length" ;;
        esac
    done
    echo end
}

say agent 1
say uid "$(id -u)"
echo bytes
parts 2>/dev/null | gzip -1
