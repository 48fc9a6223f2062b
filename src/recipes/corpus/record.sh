# record.sh COMPILER ARGUMENT...: compiles, and leaves in $CORPUS the preprocessed source, with the options that say how it is compiled.
for word; do
  case $word in -c) compiles=yes ;; esac
  case $before in -o) object=$word ;; esac
  case $word in *.c) source=$word kind=i ;; *.cc | *.cpp | *.cxx) source=$word kind=ii ;; *.S) source=$word kind=s ;; esac
  before=$word
done
"$@" || exit
test -n "$compiles" && test -n "$source" && test -n "$object" || exit 0

case $object in /*) ;; *) object=$PWD/$object ;; esac
name=$(printf '%s' "${object#/build/}" | tr / _)
name=$CORPUS/${name%.*}
options= before=
for word; do
  shift
  case $before$word in
    -o* | -MF* | -MT* | -MQ*) ;;
    *) case $word in -c | -o | -M* | -Wp,-M*) ;; *) set -- "$@" "$word" ;; esac ;;
  esac
  case $before in
    -o | -M[FTQ] | -I | -D | -U | -include | -isystem | -imacros) ;;
    *) case $word in -[fgOm]* | -std=* | -ansi | -Wa,*) options="$options $word" ;; esac ;;
  esac
  case $word in -o | -M[FTQ] | -I | -D | -U | -include | -isystem | -imacros) before=$word ;; *) before= ;; esac
done
"$@" -E -o "$name.$kind" && echo "${options# }" > "$name.options"
