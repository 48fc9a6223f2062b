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

    private async Task<string[]> LinesAsync(string script)
    {
        var (exitCode, log) = await toolchain.ShellAsync("sh", script);
        Assert.True(exitCode == 0, log);
        return log.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
