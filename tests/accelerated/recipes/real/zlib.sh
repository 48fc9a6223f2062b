cp -R /src/zlib/. .
CC=$CC CHOST=$TARGET ./configure
make
if $runs; then make test; fi
