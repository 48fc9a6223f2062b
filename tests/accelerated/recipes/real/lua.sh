cp -R /src/lua/. .
make -C src linux CC="$CC -std=gnu99" AR="$AR rcu" RANLIB=$RANLIB
if $runs; then make test && src/lua -e 'local t = {} for i = 1, 100000 do t[i] = string.format("%d", i * i) end assert(#table.concat(t) == 953761)'; fi
