for source in /src/ninja/src/*.cc; do
  case $source in *_test.cc | *test.cc | *win32.cc | *.in.cc | */msvc_* | */minidump* | */includes_normalize* | */browse.cc | *_bench.cc) ;; *) echo $source; esac
done > sources
cat > ninja.mk << 'END'
objects = $(patsubst /src/ninja/src/%.cc,%.o,$(shell cat sources))
ninja: $(objects); $(CXX) -o $@ $^ -pthread
%.o: /src/ninja/src/%.cc; $(CXX) -O2 -std=c++11 -DNINJA_HAVE_PPOLL -DUSE_PPOLL -c -o $@ $<
END
make -f ninja.mk CXX=$CXX
if $runs; then printf 'rule copy\n  command = cp $in $out\nbuild sources.copy: copy sources\n' > build.ninja && ./ninja && cmp sources sources.copy; fi
