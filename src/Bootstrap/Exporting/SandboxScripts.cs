namespace Bootstrap.Exporting;

/// <summary>The shell scripts that make BuildStream's sandbox what a step expects; they lie in the project and are sourced by its elements.</summary>
internal static class SandboxScripts
{
    /// <summary>Where they are in the sandbox, with all that is laid and kept there.</summary>
    public const string Directory = "/bootstrap";

    public const string Begin =
        """
        # Sourced before the commands of a step, which 'sh -eu' is to run in /build, with the umask and the environment of bootstrap's sandbox.
        umask 022
        # Some workers stage directories that everybody may write to, and steps copy what they find.
        case $(ls -ld /usr) in
        d????w*|d???????w*) find / \( -path /proc -o -path /sys -o -path /dev \) -prune -o -type d ! -perm -1000 -exec chmod go-w {} + ;;
        esac
        mkdir -p /build /out
        cd /build
        unset LOGNAME OLDPWD USER USERNAME
        set -u

        """;

    public const string Layers =
        """
        # What one element needs of others lies under /bootstrap/inputs and is laid from there: BuildStream stages what lies over each other in an
        # order of its own, and only once for all steps of an element. Each lay and hide notes in a directory of its own how to undo it.
        set -u
        umask 022
        undo=/bootstrap/undo
        mkdir -p $undo
        # Other names of the same files: nothing changes its inputs, and copies of all would take their time. Busybox' cp replaces no file by one.
        link=l
        if ! cp --version >/dev/null 2>&1; then link=; fi

        # note: makes the directory of the next note.
        note() {
          note=$undo/$(($(ls $undo | wc -l) + 1))
          mkdir -p $note/kept
        }

        # lay TREE [AT]: lays a tree over the directory AT, the root without one, as the upper layer of an overlay lies over the lower.
        lay() {
          note
          mkdir -p "${2:-/}"
          # Not by a pipe, of which only the last program's failure counts.
          (cd "$1" && find . ! -name .) >$note/found
          sort $note/found >$note/names
          while IFS= read -r name; do
            path=${2-}${name#.}
            if [ -d "$1/$name" ] && [ ! -L "$1/$name" ] && [ -d "$path" ] && [ ! -L "$path" ]; then
              continue
            fi
            printf '%s\n' "$path" >>$note/laid
            if [ -e "$path" ] || [ -L "$path" ]; then
              mkdir -p "$note/kept${path%/*}"
              cp -a$link "$path" "$note/kept$path"
              # A file is replaced by cp below, so that cp finds its libraries, whatever is laid.
              if [ -d "$path" ] || [ -d "$1/$name" ]; then rm -rf "$path"; fi
            fi
          done <$note/names
          cp -a$link --remove-destination "$1/." "${2:-/}"
        }

        # hide AT: puts an empty directory in the place of what is there, as a mount does.
        hide() {
          note
          mkdir -p "${1%/*}/"
          printf '%s\n' "$1" >$note/hid
          if [ -e "$1" ] || [ -L "$1" ]; then mv "$1" $note/hidden; fi
          mkdir "$1"
        }

        # take_all_away: undoes what was laid and hidden, the last first, so that what was there before is there again.
        take_all_away() {
          for note in $(ls $undo | sort -rn); do
            note=$undo/$note
            if [ -e $note/hid ]; then
              IFS= read -r path <$note/hid
              rm -rf "$path"
              if [ -e $note/hidden ] || [ -L $note/hidden ]; then mv $note/hidden "$path"; fi
            elif [ -e $note/laid ]; then
              sort -r $note/laid >$note/names
              while IFS= read -r path; do
                if [ -d "$path" ] && [ ! -L "$path" ]; then
                  # Stays if a program has left something of its own there.
                  rmdir "$path" 2>/dev/null || :
                elif [ ! -f "$note/kept$path" ]; then
                  rm -f "$path"
                fi
              done <$note/names
              cp -a$link --remove-destination $note/kept/. /
            fi
            rm -rf $note
          done
        }

        # go_on TREE [copy]: goes on in a build tree, or in a copy of it. Several names of one file become files of their own, as an overlay over the
        # tree makes them when one is written to.
        go_on() {
          if [ "${2-}" = copy ]; then cp -a "$1" /build; else mv "$1" /build; fi
          find /build -type f -links +1 -exec sh -euc '
            for file; do
              touch -r "${file%/*}" /bootstrap/time
              cp -p "$file" /bootstrap/one
              mv -f /bootstrap/one "$file"
              touch -r /bootstrap/time "${file%/*}"
            done' sh {} +
        }

        # keep TREE: puts aside what a step has left in /out, as old as everything that BuildStream stages: to make, what was built is newer.
        keep() {
          find /out -exec touch -h -r /bootstrap/layers.sh {} +
          mkdir -p "${1%/*}"
          mv /out "$1"
          mkdir /out
        }

        """;
}
