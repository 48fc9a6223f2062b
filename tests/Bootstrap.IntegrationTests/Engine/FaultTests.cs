using System.Diagnostics;

namespace Bootstrap.IntegrationTests.Engine;

/// <summary>What is said where nobody has thought of something.</summary>
[Collection(SmallWorldGroup.Name)]
public sealed class FaultTests(SmallWorld world)
{
    [Fact]
    public async Task A_fault_of_the_program_is_one_line_with_exit_code_4_and_a_file_to_report()
    {
        var checkout = world.Checkout();
        checkout.Recipe("all", "sleep 600");
        using var process = checkout.StartWithin([$"DOTNET_STARTUP_HOOKS={typeof(StartupHook).Assembly.Location}"], "build", "toy");
        var (exitCode, _, error) = await SmallCheckout.ResultAsync(process);
        Assert.Equal(4, exitCode);
        var line = Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("bootstrap: a fault of the program itself, InvalidTimeZoneException: nobody thought of it. Report it where you have Bootstrap from, with ", line, StringComparison.Ordinal);
        var file = line.Split(' ')[^1];
        Assert.Contains(nameof(StartupHook), await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        File.Delete(file);
    }

    [Theory]
    [InlineData(">/dev/full")]
    [InlineData("2>/dev/full")]
    [InlineData(">/dev/full 2>&1")]
    public async Task Output_to_a_full_disk_is_no_fault_of_the_program(string redirection)
    {
        var checkout = world.Checkout();
        checkout.Recipe("all", "true");
        foreach (var command in (string[][])[["targets"], ["build", "toy"], ["build", "none"]])
        {
            var (exitCode, _, error) = await SmallCheckout.ResultAsync(checkout.StartWithin(["sh", "-c", $"\"$@\" {redirection}", "sh"], command));
            Assert.InRange(exitCode, 0, 2);
            Assert.DoesNotContain("the store is whole", error, StringComparison.Ordinal);
            Assert.True(exitCode != 1 || error.Contains("Standard output can't be written: No space left on device", StringComparison.Ordinal) || error.Length == 0, error);
            Assert.DoesNotContain("at Bootstrap.", error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_notice_that_can_not_be_written_is_no_failure()
    {
        var checkout = world.Checkout();
        checkout.Recipe("all", "true");
        checkout.Write("own/src/recipes/mine.yaml", "name: mine\nsummary: Mine\nstage: host\nruns-on: host\nrun: echo mine > /out/mine\n");
        string[] plan = ["plan", "toy", "--definitions", Path.Combine(checkout.Directory, "own")];
        var (exitCode, output, _) = await SmallCheckout.ResultAsync(checkout.StartWithin(["sh", "-c", "\"$@\" 2>/dev/full", "sh"], plan));
        Assert.Equal(0, exitCode);
        Assert.Contains("toy/all", output, StringComparison.Ordinal);
    }
}
