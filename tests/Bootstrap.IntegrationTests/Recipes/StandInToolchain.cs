using Bootstrap.Platform;
using Bootstrap.Tests;

namespace Bootstrap.IntegrationTests.Recipes;

/// <summary>
/// A tree like the published cross toolchain, at a path with a space: the words for build systems as the recipe writes them, this machine's compiler under the
/// triplet's name, a library that only the sysroot has, and an emulator that runs what it is given.
/// </summary>
public sealed class StandInToolchain : IDisposable
{
    private const string Make = """
        mkdir -p 'a place/bin' 'a place/toy-linux-gnu/sysroot/usr/lib64/pkgconfig' 'a place/toy-linux-gnu/sysroot/usr/include/words' emulator host made
        sh -eu "$RECIPE/write.sh" "$RECIPE" 'a place'
        cd 'a place/bin'
        for name in gcc g++; do
          cat > toy-linux-gnu-$name << 'END'
        #!/bin/bash
        # It has a library directory in its sysroot; its C library is this machine's.
        words=("-L${0%/*}/../toy-linux-gnu/sysroot/usr/lib64")
        for word; do case $word in --sysroot=*) ;; *) words+=("$word") ;; esac; done
        exec "${0##*toy-linux-gnu-}" "${words[@]}"
        END
          chmod 755 toy-linux-gnu-$name
        done
        for name in ar nm ranlib strip objcopy objdump readelf as ld; do ln -s "$(command -v $name)" toy-linux-gnu-$name; done
        ln -s "$(command -v gcc-ar)" toy-linux-gnu-gcc-ar
        cd ../toy-linux-gnu/sysroot/usr
        echo 'const char *words(void);' > include/words/words.h
        echo '#include <words.h>
        const char *words(void) { return "of the sysroot"; }' > "$OLDPWD/words.c"
        gcc -Iinclude/words -c "$OLDPWD/words.c" -o words.o
        ar rc lib64/libwords.a words.o
        printf '%s\n' prefix=/usr 'Name: words' 'Description: words' 'Version: 1.2' 'Cflags: -I${prefix}/include/words -DWORDS' \
          'Libs: -L${prefix}/lib64 -lwords' > lib64/pkgconfig/words.pc
        cd "$DIRECTORY"
        printf '%s\n' 'Name: host' 'Description: of this machine' 'Version: 1' 'Libs: -lhost' > host/host.pc
        cat > emulator/qemu-toy << 'END'
        #!/bin/sh
        [ "$1" = -L ] && [ -d "$2/usr/lib64" ] || exit 3
        echo "cpu: $QEMU_CPU"
        shift 2
        exec "$@"
        END
        chmod 755 emulator/qemu-toy
        """;

    private readonly ProcessRunner _processes = new();

    public StandInToolchain()
    {
        var (exitCode, log) = ShellAsync("sh", $"set -eu\n{Make}").GetAwaiter().GetResult();
        Assert.True(exitCode == 0, log);
    }

    // A PATH is separated by colons: none is in its name.
    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("bootstrap-toolchain-").FullName;

    /// <summary>Runs commands by a shell, in a directory of this machine where an emulator is on PATH, or is not, and gives back all that they say.</summary>
    public async Task<(int ExitCode, string Log)> ShellAsync(string shell, string script, bool emulator = true)
    {
        string[] words = [.. shell.Split(' '), "-c", script];
        var command = TestCommand.Of(words[0], words[1..]);
        var result = await _processes.RunAsync(command with
        {
            WorkingDirectory = Directory,
            Environment = command.Environment!.SetItems(new Dictionary<string, string>
            {
                ["DIRECTORY"] = Directory,
                ["RECIPE"] = Path.Combine(Checkout.Root, "src/recipes/cross-words"),
                ["PATH"] = $"{(emulator ? $"{Directory}/emulator:" : "")}/usr/bin:/bin",
                ["PKG_CONFIG_PATH"] = $"{Directory}/host",
                ["BUILD"] = BuildMachine.Arm64.Triplet,
                ["TARGET"] = "toy-linux-gnu",
                ["LIBDIR"] = "lib64",
                ["ENDIAN"] = "little",
                ["USER_PROGRAM"] = "qemu-toy",
                ["CPU"] = "toy2",
                ["SOURCES"] = "gcc=14.2.0=aaaa glibc=2.41=bbbb",
            }),
        }, CancellationToken.None);
        return (result.ExitCode, result.Output + result.Error);
    }

    public void Dispose()
    {
        _processes.Dispose();
        TreeRemover.Remove(Directory);
    }
}
