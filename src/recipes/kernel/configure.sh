# configure.sh: merge FRAGMENTS (files) and OPTIONS into .config, of which the last one that sets a name
# counts; a line that does not take is an error.
# To be sourced in the build directory, with a function make that has the architecture.
tab=$(printf '\t')

# One line a setting, and where it comes from.
wanted() {
  for file in $FRAGMENTS; do
    fragment=${file##*/}
    fragment=${fragment%.config}
    # What is nearly a setting, such as one of a file with DOS' ends of lines, is not taken for a comment.
    if grep -anEv '^([?] )?(CONFIG_[A-Za-z0-9_]+=[^[:cntrl:]]+|# CONFIG_[A-Za-z0-9_]+ is not set|#.*|)$' $file >&2 ||
      grep -anE '^([?] )?#[^A-Za-z0-9]*CONFIG_[A-Za-z0-9_]+[[:blank:]]+is[[:blank:]]+not[[:blank:]]+set' $file | grep -avE '^[0-9]+:([?] )?# CONFIG_[A-Za-z0-9_]+ is not set$' >&2; then
      echo "these lines of fragment $fragment are no settings, expected CONFIG_NAME=VALUE or '# CONFIG_NAME is not set', with '? ' before what not every machine has" >&2
      return 1
    fi
    grep -E '^([?] )?(CONFIG_|# CONFIG_[A-Za-z0-9_]+ is not set$)' $file | sed "s|\$|${tab}fragment $fragment|"
  done
  for option in $OPTIONS; do
    printf '%s\tkernel-options\n' "$option"
  done
}

last_of_each_name() {
  awk -F "$tab" '{
    name = $1; sub(/^[?] /, "", name); sub(/^# /, "", name); sub(/[= ].*/, "", name)
    if (name in at) delete line[at[name]]
    at[name] = NR; line[NR] = $0
  } END { for (i = 1; i <= NR; i++) if (i in line) print line[i] }'
}

not_taken() {
  while IFS=$tab read -r line origin; do
    case $line in '? '*) continue ;; esac
    name=${line#\# }
    name=${name%%[= ]*}
    is=$(grep -E "^(# )?$name[= ]" .config || echo "nothing of it: there is no such symbol, or it depends on one that is not set")
    case $line in
      '# '* | *=n) case $is in $name=*) ;; *) continue ;; esac ;;
      *) test "$is" != "$line" || continue ;;
    esac
    echo "$line ($origin) did not take; .config says: $is"
  done
}

wanted > settings
last_of_each_name < settings > wanted
cut -f 1 wanted | sed 's/^? //' >> .config
make olddefconfig
not_taken < wanted > not-taken
if test -s not-taken; then cat not-taken >&2; exit 1; fi
