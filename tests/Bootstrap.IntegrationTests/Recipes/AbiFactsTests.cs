using Bootstrap.Definitions;

namespace Bootstrap.IntegrationTests.Recipes;

/// <summary>What is measured of an ABI by a compiler whose programs need not run, and by one whose programs do: here it is one compiler.</summary>
public sealed class AbiFactsTests(StandInToolchain toolchain) : IClassFixture<StandInToolchain>
{
    private const string Measure = """
        set -eu
        PATH="$DIRECTORY/a place/bin:$PATH"
        mkdir -p facts
        cd facts
        sh -eu "$RECIPE/../verify/facts.sh"

        """;

    [Fact]
    public async Task The_sizes_of_arrays_say_what_a_program_says_that_runs()
    {
        var measured = await LinesAsync(Measure);
        var said = await LinesAsync(Measure + "toy-linux-gnu-gcc \"$RECIPE/../verify/programs/abi.c\" -o abi > /dev/null && ./abi");

        Assert.Contains($"sizeof_pointer={IntPtr.Size}", measured);
        Assert.Equal(measured.Order(StringComparer.Ordinal), said.Where(line => !line.StartsWith("endian", StringComparison.Ordinal) && !line.StartsWith("bits", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_fact_that_is_measured_may_be_stated()
    {
        var stated = Bootstrap.Tests.Checkout.Definitions.Variables["abi-facts"];

        Assert.All(await LinesAsync(Measure), fact => Assert.True(stated.Accepts(fact), fact));
    }

    [Theory]
    [InlineData("sizeof_pointer=8", "")]
    [InlineData("sizeof_pointer=8 sizeof_long=4", "abi-facts says sizeof_long=4, and the cross compiler sizeof_long=8: correct the one, or gcc-options where the compiler is for another ABI")]
    public async Task A_wrong_fact_fails_as_soon_as_there_is_a_cross_compiler(string facts, string problem)
    {
        var commands = Bootstrap.Tests.Checkout.Definitions.Recipes["verify-abi"].Commands
            .Replace("/in/", "in/", StringComparison.Ordinal).Replace("/out/", "out/", StringComparison.Ordinal);
        var (exitCode, log) = await toolchain.ShellAsync("sh", $"set -eu; mkdir -p in; printf '%s\\n' sizeof_long=8 sizeof_pointer=8 > in/abi-facts; ABI_FACTS='{facts}'; {commands}");

        Assert.Equal(problem.Length == 0, exitCode == 0);
        Assert.Equal(problem, log.Trim());
    }

    [Fact]
    public async Task The_header_of_an_object_and_the_directories_of_libraries_are_measured()
    {
        var measured = await LinesAsync(Measure.Replace("facts.sh", "identity.sh", StringComparison.Ordinal));

        Assert.Equal(["elf-bits=64", "elf-endian=little", $"elf-machine={Bootstrap.Platform.BuildMachine.Current.ElfMachine}", "elf-flags=0x0"], measured[..4]);
        Assert.Matches("^libdir=lib(64)?$", measured[4]);
        Assert.Matches("^loader-directory=lib(64)?$", measured[5]);
        Assert.Equal(6, measured.Length);
    }

    // e_ident, e_machine and e_flags of objects of m68k, mips64 (n64, big-endian), mips64el (n32), loongarch64 and sh4, by the ELF chapters of their ABIs.
    [Theory]
    [InlineData(1, 2, @"\0\004", 36, @"\001\0\0\020", "elf-bits=32 elf-endian=big elf-machine=4 elf-flags=0x1000010 libdir=lib")]
    [InlineData(2, 2, @"\0\010", 48, @"\200\0\0\007", "elf-bits=64 elf-endian=big elf-machine=8 elf-flags=0x80000007 libdir=lib64")]
    [InlineData(1, 1, @"\010\0", 36, @"\047\0\0\140", "elf-bits=32 elf-endian=little elf-machine=8 elf-flags=0x60000027 libdir=lib32")]
    [InlineData(2, 1, @"\002\001", 48, @"\103\0\0\0", "elf-bits=64 elf-endian=little elf-machine=258 elf-flags=0x43 libdir=lib64", ".")]
    [InlineData(1, 1, @"\052\0", 36, @"\011\0\0\0", "elf-bits=32 elf-endian=little elf-machine=42 elf-flags=0x9 libdir=lib", "!m4")]
    public async Task Both_byte_orders_and_widths_of_an_object_are_read(int width, int order, string machine, int at, string flags, string expected, string? said = null)
    {
        var place = expected.Split('=')[^1];
        var directory = said ?? (place is "lib" ? "." : $"../{place}");
        var measured = await LinesAsync($$"""
            set -eu
            mkdir -p fake
            cat > fake/toy-linux-gnu-gcc << 'END'
            #!/bin/sh
            case $1 in
              -c) { printf '\177ELF\00{{width}}\00{{order}}'; head -c 12 /dev/zero; printf '{{machine}}'; head -c {{at - 20}} /dev/zero; printf '{{flags}}'; head -c 12 /dev/zero; } > identity.o ;;
              -print-multi-os-directory) echo '{{directory}}' ;;
              -print-search-dirs) printf '%s\n' 'install: /x/' 'programs: =/x/bin/' 'libraries: =/x/lib/gcc/:/s/usr/other/toy/16.2.0/:/s/{{place}}/:/s/usr/{{place}}/' ;;
              *) echo ' /x/collect2 "--sysroot=/s" -EL "-dynamic-linker" "/lib32/ld.so.1" -o a' >&2 ;;
            esac
            END
            chmod 755 fake/toy-linux-gnu-gcc
            PATH="$DIRECTORY/fake:$PATH"
            sh -eu "$RECIPE/../verify/identity.sh"
            """);

        Assert.Equal([.. expected.Split(' '), "loader-directory=lib32"], measured);
    }

    private async Task<string[]> LinesAsync(string script)
    {
        var (exitCode, log) = await toolchain.ShellAsync("sh", script);
        Assert.True(exitCode == 0, log);
        return log.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
