/src/make/configure --build=$BUILD --host=$TARGET --disable-nls --without-guile --disable-dependency-tracking CC=$CC
make MAKEINFO=true
if $runs; then ./make --version; fi
