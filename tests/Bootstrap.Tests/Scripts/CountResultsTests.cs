using Bootstrap.Platform;

namespace Bootstrap.Tests.Scripts;

public sealed class CountResultsTests : IDisposable
{
    private const string Passed = """<UnitTestResult testName="A.Passes(x: &quot; outcome=&quot;)" outcome="Passed" />""";
    private const string Failed = """<UnitTestResult testName="A.Fails" outcome="Failed"><Output><ErrorInfo><Message>no</Message></ErrorInfo></Output></UnitTestResult>""";

    private readonly string _directory = Directory.CreateTempSubdirectory("count-results-").FullName;
    private readonly ProcessRunner _processes = new();

    [Fact]
    public async Task Passed_and_failed_tests_of_all_files_are_counted()
    {
        var result = await CountAsync(0, Passed + Passed, Passed + Failed);

        Assert.Equal("3 passed, 1 failed, 0 skipped\n", result.Output);
        Assert.Equal(1, result.ExitCode);
    }

    [Fact]
    public async Task All_is_well_if_all_tests_passed()
    {
        var result = await CountAsync(0, Passed);

        Assert.Equal("1 passed, 0 failed, 0 skipped\n", result.Output);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task A_skip_for_a_listed_reason_is_all_right()
    {
        var result = await CountAsync(0, Passed + Skipped("no &lt;kernel&gt; &amp; no qemu: not found"));

        Assert.Equal("1 passed, 0 failed, 1 skipped\n", result.Output);
        Assert.Equal(0, result.ExitCode);
    }

    [Theory]
    [InlineData("because no <kernel> & no qemu", "because no &lt;kernel&gt; &amp; no qemu")]
    [InlineData("# a comment", "# a comment")]
    [InlineData("", "")]
    public async Task A_skip_for_any_other_reason_fails_the_run(string reason, string inXml)
    {
        var result = await CountAsync(0, Passed + Skipped(inXml));

        Assert.EndsWith($" list: A.Skips: {reason}\n1 passed, 0 failed, 1 skipped\n", result.Output, StringComparison.Ordinal);
        Assert.Equal(1, result.ExitCode);
    }

    [Fact]
    public async Task A_skip_without_a_reason_fails_the_run()
    {
        var result = await CountAsync(0, """<UnitTestResult testName="A.Skips" outcome="NotExecuted"></UnitTestResult>""" + Passed);

        Assert.Equal(1, result.ExitCode);
    }

    [Fact]
    public async Task A_run_without_tests_fails()
    {
        var result = await CountAsync(0);

        Assert.Equal("no test ran\n0 passed, 0 failed, 0 skipped\n", result.Output);
        Assert.Equal(1, result.ExitCode);
    }

    [Fact]
    public async Task A_run_that_broke_off_fails_with_its_own_exit_code()
    {
        var result = await CountAsync(3, Passed);

        Assert.EndsWith("\n1 passed, 0 failed, 0 skipped\n", result.Output, StringComparison.Ordinal);
        Assert.Equal(3, result.ExitCode);
    }

    public void Dispose()
    {
        _processes.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static string Skipped(string reason) =>
        $"""<UnitTestResult testName="A.Skips" outcome="NotExecuted"><Output><ErrorInfo><Message>{reason}</Message></ErrorInfo></Output></UnitTestResult>""";

    private async Task<ProcessResult> CountAsync(int status, params string[] results)
    {
        var reasons = Path.Combine(_directory, "reasons");
        await File.WriteAllTextAsync(reasons, "# a comment\n\nno <kernel> & no qemu:\n");
        var files = results.Select((result, index) => (Path: Path.Combine(_directory, $"{index}.trx"), Text: $"<TestRun><Results>{result}</Results></TestRun>")).ToArray();
        foreach (var file in files)
            await File.WriteAllTextAsync(file.Path, file.Text);
        var script = Path.Combine(Checkout.Root, "tests/count-results.awk");
        return await _processes.RunAsync(TestCommand.Of("awk", ["-v", $"status={status}", "-f", script, reasons, .. files.Select(file => file.Path)]), CancellationToken.None);
    }
}
