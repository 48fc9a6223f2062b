# record.sh COMPILER ARGUMENT...: stands in for the compiler: leaves in $CORPUS the preprocessed source, with the options that say how it is
# compiled. Of its objects, which nobody reads, make wants no more than to see them.
for word; do
  case $word in -c) compiles=yes ;; esac
  case $before in -o) object=$word ;; esac
  case $word in *.c) source=$word kind=i ;; *.cc | *.cpp | *.cxx) source=$word kind=ii ;; *.S) source=$word kind=s ;; esac
  before=$word
done
test -n "$compiles" && test -n "$source" && test -n "$object" || exec "$@"

case $object in /*) place=$object ;; *) place=$PWD/$object ;; esac
name=$(printf '%s' "${place#/build/}" | tr / _)
name=$CORPUS/${name%.*}
options= before=
for word; do
  shift
  case $before$word in -c | -o*) ;; *) set -- "$@" "$word" ;; esac
  case $before in
    -o | -M[FTQ] | -I | -D | -U | -include | -isystem | -imacros) ;;
    *) case $word in -[fgOm]* | -std=* | -ansi | -Wa,*) options="$options $word" ;; esac ;;
  esac
  case $word in -o | -M[FTQ] | -I | -D | -U | -include | -isystem | -imacros) before=$word ;; *) before= ;; esac
done
"$@" -E -o "$name.$kind" && echo "${options# }" > "$name.options" && : > "$object"
