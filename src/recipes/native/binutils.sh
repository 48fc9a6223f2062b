# binutils.sh DIRECTORY: builds binutils that run on the target, in the directory in which it starts, and installs them in DIRECTORY.
export CFLAGS="-O2 -g0 -ffile-prefix-map=/src/= -fno-asynchronous-unwind-tables $FLAGS" LDFLAGS="-static-libgcc -static-libstdc++"
export CXXFLAGS="$CFLAGS"
# Tests that configure can't run for another machine, and answers with no; and one that depends on the character sets that are installed.
export ac_cv_func_mmap_fixed_mapped=yes am_cv_func_iconv_works=yes
# Its dozen programs share one libbfd. A linker that takes plugins is for link-time optimisation.
case $LTO in yes) OPTIONS="--enable-plugins $OPTIONS" ;; *) OPTIONS="--disable-plugins $OPTIONS" ;; esac
/src/binutils/configure --build=$BUILD --host=$TARGET --target=$TARGET --prefix=/usr --libdir=/usr/$LIBDIR \
  --enable-shared --disable-static --disable-nls --disable-werror \
  --disable-gdb --disable-gdbserver --disable-sim --disable-gprof --disable-gprofng --disable-readline \
  --without-zstd --without-debuginfod --without-msgpack --without-xxhash --disable-jansson \
  --enable-deterministic-archives --enable-new-dtags --enable-default-hash-style=gnu $OPTIONS
make configure-host MAKEINFO=true tooldir=/usr
# libtool would write the directory of the libraries into the programs, or would not: by /etc/ld.so.conf of the machine that builds. And
# 'make install' links libbfd once more, for which it would look in that machine's /usr/lib: musl has its libc.so there.
find . -name libtool -exec sed -i '
  s|^hardcode_libdir_flag_spec=.*|hardcode_libdir_flag_spec=""|
  s|^runpath_var=.*|runpath_var=NONE|
  s|add_dir="$add_dir -L$inst_prefix_dir$libdir"|add_dir="-L$inst_prefix_dir$libdir"|' {} +
make MAKEINFO=true tooldir=/usr
make install MAKEINFO=true tooldir=/usr DESTDIR=$1
