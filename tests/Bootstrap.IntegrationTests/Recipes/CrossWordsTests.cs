namespace Bootstrap.IntegrationTests.Recipes;

/// <summary>What the published cross toolchain tells shells, pkg-config, CMake, Meson and configure scripts, each of them the real one.</summary>
public sealed class CrossWordsTests(StandInToolchain toolchain) : IClassFixture<StandInToolchain>
{
    private const string Source = """
        cat > use.c << 'END'
        #include <stdio.h>
        #include <words.h>
        int main(void) { return printf("words %s\n", words()) < 0; }
        END

        """;

    [Theory]
    [InlineData("sh")]
    [InlineData("bash")]
    [InlineData("bash --posix")]
    [InlineData("busybox sh")]
    [InlineData("zsh")]
    [InlineData("mksh")]
    public async Task The_environment_finds_its_place_in_every_shell(string shell)
    {
        var log = await RunAsync(shell, """
            set -eu
            export CPATH=/usr/include LIBRARY_PATH=/usr/lib
            . "$DIRECTORY/a place/environment"
            once=$PATH
            cd 'a place/toy-linux-gnu'
            (. ../environment && command -v toy-linux-gnu-gcc)
            . ../environment
            test "$PATH" = "$once"
            test "$CC $CXX $PKG_CONFIG $CROSS_COMPILE" = 'toy-linux-gnu-gcc toy-linux-gnu-g++ toy-linux-gnu-pkg-config toy-linux-gnu-'
            test -f "$CMAKE_TOOLCHAIN_FILE" && test -z "${CPATH-}${LIBRARY_PATH-}"
            toy-linux-gnu-run /bin/echo it runs
            """);
        Assert.Equal($"{toolchain.Directory}/a place/bin/toy-linux-gnu-gcc\ncpu: toy2\nit runs\n", log);
    }

    [Fact]
    public async Task Where_no_emulator_is_on_PATH_no_program_is_that_would_need_it()
    {
        const string Script = ". 'a place/environment'; command -v toy-linux-gnu-run; 'a place/toy-linux-gnu/run/toy-linux-gnu-run' /bin/true";
        var (exitCode, log) = await toolchain.ShellAsync("bash", Script, emulator: false);
        Assert.Equal((127, "toy-linux-gnu-run: neither qemu-toy nor qemu-toy-static is on PATH: install your distribution's qemu-user or qemu-user-static\n"), (exitCode, log));
    }

    [Fact]
    public async Task A_place_with_a_colon_is_refused_because_PATH_can_not_hold_it()
    {
        var (exitCode, log) = await toolchain.ShellAsync("bash", "cp -R 'a place' a:b; . a:b/environment");
        Assert.Equal(1, exitCode);
        Assert.Contains("PATH separates directories by ':'", log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pkgconf")]
    [InlineData("pkg-config")]
    public async Task Pkg_config_sees_the_packages_of_the_sysroot_and_no_other(string program)
    {
        var log = await RunAsync("sh", $$"""
            set -eu
            mkdir -p only-{{program}}
            for name in sh readlink sed; do ln -sf "$(command -v $name)" only-{{program}}/; done
            ln -sf "$(command -v {{program}})" only-{{program}}/{{program}}
            PATH=$PWD/only-{{program}}
            ask() { 'a place/bin/toy-linux-gnu-pkg-config' "$@"; }
            if ask --exists host; then echo host; fi
            ask --modversion words
            eval "set -- $(ask --cflags --libs words)"
            for word; do echo "$word"; done
            """);
        Assert.Equal($"1.2\n-I{toolchain.Directory}/a place/toy-linux-gnu/sysroot/usr/include/words\n-DWORDS\n-lwords\n", log);
    }

    [Fact]
    public async Task CMake_takes_compiler_libraries_and_packages_of_the_toolchain_and_runs_tests_by_the_emulator()
    {
        var log = await RunAsync("sh", $$"""
            set -eu
            mkdir -p cmake
            cd cmake
            {{Source}}
            cat > CMakeLists.txt << 'END'
            cmake_minimum_required(VERSION 3.16)
            project(use C)
            include(CTest)
            find_package(Threads REQUIRED)
            find_package(OpenMP REQUIRED)
            find_package(PkgConfig REQUIRED)
            pkg_check_modules(WORDS REQUIRED IMPORTED_TARGET words)
            pkg_check_modules(HOST host)
            find_library(PLAIN words)
            message(STATUS "found: ${PLAIN}; host: '${HOST_FOUND}'; ${CMAKE_SYSTEM_PROCESSOR} ${CMAKE_CROSSCOMPILING}")
            add_executable(use use.c)
            target_link_libraries(use PkgConfig::WORDS Threads::Threads OpenMP::OpenMP_C)
            add_test(NAME use COMMAND use)
            END
            cmake -B out -DCMAKE_TOOLCHAIN_FILE="$DIRECTORY/a place/toolchain.cmake"
            cmake --build out --verbose
            ctest --test-dir out --verbose
            """);
        Assert.Contains($"found: {toolchain.Directory}/a place/toy-linux-gnu/sysroot/usr/lib64/libwords.a; host: ''; toy TRUE", log, StringComparison.Ordinal);
        Assert.Contains("cpu: toy2\n1: words of the sysroot\n", log, StringComparison.Ordinal);
        Assert.Matches("-fopenmp[^\n]*-c", log);
    }

    [Theory]
    [InlineData(". 'a place/environment'", "toy-linux-gnu")]
    // Without the environment: by where it lies, told by a second file.
    [InlineData("true", "\"$DIRECTORY/a place/share/meson/cross/toy-linux-gnu\" --cross-file \"$DIRECTORY/here\"")]
    public async Task Meson_takes_compiler_and_packages_of_the_toolchain_and_runs_tests_by_the_emulator(string before, string file)
    {
        var log = await RunAsync("sh", $$"""
            set -eu
            printf '%s\n' '[constants]' "bin = '$DIRECTORY/a place/bin/'" "run = '$DIRECTORY/a place/toy-linux-gnu/run/'" > here
            {{before}}
            rm -rf meson
            mkdir meson
            cd meson
            {{Source}}
            cat > meson.build << 'END'
            project('use', 'c')
            message('host:', dependency('host', required: false).found(), host_machine.cpu_family(), host_machine.endian())
            use = executable('use', 'use.c', dependencies: [dependency('words'), dependency('threads'), dependency('openmp')])
            test('use', use)
            END
            meson setup out --cross-file {{file}}
            ninja -C out
            meson test -C out --verbose
            """);
        Assert.Contains("Message: host: false toy little", log, StringComparison.Ordinal);
        Assert.Contains("cpu: toy2\nwords of the sysroot\n", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configure_script_takes_compiler_and_packages_of_the_toolchain_and_runs_tests_by_the_emulator()
    {
        var log = await RunAsync("sh", $$"""
            set -eu
            . 'a place/environment'
            mkdir -p autotools
            cd autotools
            {{Source}}
            cat > configure.ac << 'END'
            AC_INIT([use], [1])
            AM_INIT_AUTOMAKE([foreign])
            AC_PROG_CC
            PKG_CHECK_MODULES([WORDS], [words])
            PKG_CHECK_EXISTS([host], [AC_MSG_ERROR([this machine's package])])
            AC_CONFIG_FILES([Makefile])
            AC_OUTPUT
            END
            printf '%s\n' 'check_PROGRAMS = use' 'use_SOURCES = use.c' 'AM_CFLAGS = $(WORDS_CFLAGS)' 'LDADD = $(WORDS_LIBS)' 'TESTS = use' > Makefile.am
            autoreconf -fi
            ./configure --host=toy-linux-gnu --build=x86_64-pc-linux-gnu
            make check LOG_COMPILER=toy-linux-gnu-run
            cat use.log
            """);
        Assert.Contains("checking for toy-linux-gnu-gcc... toy-linux-gnu-gcc\n", log, StringComparison.Ordinal);
        Assert.Contains("cpu: toy2\nwords of the sysroot\nPASS use (exit status: 0)\n", log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-static-pie", "-static-pie is left out: the C library has no such start file for this CPU, use -static or -pie")]
    [InlineData("-fsanitize=address", "-fsanitize=address is left out: GCC's sanitizer libraries are no part of this toolchain")]
    [InlineData("-fsanitize=undefined", "-fsanitize=undefined is left out: GCC's sanitizer libraries are no part of this toolchain, but -fsanitize-trap=undefined needs none")]
    [InlineData("-fgnu-tm", "-fgnu-tm is left out: GCC's library for transactional memory, libitm, is no part of this toolchain")]
    [InlineData("-finput-charset=latin1", "-finput-charset is left out but for UTF-8 and its like: this compiler is static, convert the file by iconv")]
    public async Task The_compiler_says_why_where_something_is_left_out_and_does_all_else_as_before(string option, string expected)
    {
        var log = await RunAsync("sh", $$"""
            set -eu
            PATH="$DIRECTORY/a place/bin:$PATH"
            rm -rf left-out
            mkdir -p left-out/libraries left-out/libexec/gcc/toy/1
            cd left-out
            printf '#include <iconv.h>\nint main(void) { return iconv_open("UTF-8", "UTF-8") == 0; }\n' > use.c
            gcc -static use.c -o libexec/gcc/toy/1/cc1
            gcc -dumpspecs > specs
            sh -eu "$RECIPE/../compose/left-out.sh" specs libraries
            for other in -O2 -static -shared -pthread -fopenmp -finput-charset=UTF-8 '-fsanitize=undefined -fsanitize-undefined-trap-on-error'; do
              gcc -specs=specs $other -fPIC use.c -o use
            done
            if gcc -specs=specs {{option}} use.c -o use; then exit 1; fi
            """);
        Assert.Equal($"gcc: error: {expected}\n", log);
    }

    [Fact]
    public async Task The_README_says_what_the_toolchain_was_made_of()
    {
        var log = await RunAsync("sh", "cat 'a place/README.md'; grep -rl '@[A-Z]*@' 'a place' || true");
        Assert.Contains("# Cross toolchain for toy-linux-gnu\n", log, StringComparison.Ordinal);
        Assert.EndsWith("|---|---|---|\n| gcc | 14.2.0 | `aaaa` |\n| glibc | 2.41 | `bbbb` |\n", log, StringComparison.Ordinal);
    }

    private async Task<string> RunAsync(string shell, string script)
    {
        var (exitCode, log) = await toolchain.ShellAsync(shell, script);
        Assert.True(exitCode == 0, log);
        return log;
    }
}
