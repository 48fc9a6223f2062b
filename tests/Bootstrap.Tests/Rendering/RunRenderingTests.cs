using System.Collections.Immutable;
using System.Text.Json;
using Bootstrap.Cli.Rendering;
using Bootstrap.Execution;
using Bootstrap.Planning;
using Bootstrap.Platform;
using Bootstrap.Store;
using Bootstrap.Tests.Planning;

namespace Bootstrap.Tests.Rendering;

public sealed class RunRenderingTests
{
    private static readonly Step Compile = Samples.Step();

    private static readonly StepOutcome Built = new(Compile, StepStatus.Built)
    {
        Key = Digest.Of("key"),
        Artifact = new Artifact(Digest.Of("key"), Digest.Of("content"), "/store/tree", 1_500_000, 3),
        Duration = TimeSpan.FromSeconds(61),
    };

    private static readonly BuildResult Result = new(
        [Built], new RunFigures(TimeSpan.FromSeconds(122), TimeSpan.FromSeconds(183), 2, 2_000_000_000));

    private static readonly ImmutableArray<BuildEvent> Events =
    [
        new RunStarted(new Plan([Compile]), new Dictionary<StepId, TimeSpan>()),
        new StepStarted(Compile, Digest.Of("key"), "/store/log"),
        new StepEnded(Built),
        new RunEnded(Result),
    ];

    [Fact]
    public void A_pipe_gets_a_plain_line_for_each_event_and_a_summary()
    {
        var output = new StringWriter();
        using (var rendering = new RunRendering(output, live: false))
            Array.ForEach([.. Events], rendering.Report);

        Assert.Equal(
            """
            [0/1] m68k/compile runs: Compile it
            [1/1] m68k/compile built in 1m01s
            1 built in 2m02s
            the machine's 2 cores were in use for 75 %, peak disk 2.0 GB
                 1m01s  50 %  m68k/compile
            m68k/compile  1.5 MB in 3 files
              /store/tree

            """,
            output.ToString());
    }

    [Fact]
    public void A_run_whose_result_is_shown_otherwise_names_no_trees()
    {
        var output = new StringWriter();
        using (var rendering = new RunRendering(output, live: false, showsTrees: false))
            Array.ForEach([.. Events], rendering.Report);

        Assert.DoesNotContain("/store/tree", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("source-gcc", true)]
    [InlineData("host-tools-check", false)]
    [InlineData("host-tools-check-for-meson", false)]
    public void A_step_of_all_targets_that_was_asked_for_is_shown_but_not_the_check_of_the_host_tools(string name, bool shown)
    {
        var output = new StringWriter();
        var result = Result with { Outcomes = [Built with { Step = Compile with { Id = new StepId(null, name) } }] };
        using (var rendering = new RunRendering(output, live: false))
            rendering.Report(new RunEnded(result));

        Assert.Equal(shown, output.ToString().Contains($"{name}  1.5 MB in 3 files\n  /store/tree\n", StringComparison.Ordinal));
    }

    [Fact]
    public void A_failure_is_shown_with_its_hint()
    {
        var output = new StringWriter();
        using (var rendering = new RunRendering(output, live: false))
        {
            rendering.Report(Events[0]);
            rendering.Report(new StepEnded(new StepOutcome(Compile, StepStatus.Failed) { Error = new BuildException("It broke.", "Mend it:\nso.") }));
        }

        Assert.Equal("[1/1] m68k/compile FAILED\n[1/1] It broke.\n[1/1] Mend it:\n[1/1] so.\n", output.ToString());
    }

    [Fact]
    public void Each_event_is_one_line_of_json_that_keeps_its_fields()
    {
        var output = new StringWriter();
        var failed = new StepOutcome(Compile, StepStatus.Failed) { Error = new BuildException("It \"broke\"."), LogPath = "/store/log" };
        var rendering = new JsonRendering(output);
        Array.ForEach([.. Events[..^1]], rendering.Report);
        rendering.Report(new SourceProgressed(Compile, 5, null));
        rendering.Report(new SourceProgressed(Compile, 5, 10));
        rendering.Report(new BuildTreeRestored(Compile, Compile));
        rendering.Report(new StepEnded(failed));
        rendering.Report(Events[^1]);

        var (key, content) = (Digest.Of("key").Hex, Digest.Of("content").Hex);
        Assert.Equal(
            $$"""
            {"event":"run-started","steps":1}
            {"event":"step-started","step":"m68k/compile","key":"{{key}}","log":"/store/log"}
            {"event":"step-ended","step":"m68k/compile","status":"built","seconds":61,"key":"{{key}}","content":"{{content}}","tree":"/store/tree"}
            {"event":"source-progressed","step":"m68k/compile","bytes":5}
            {"event":"source-progressed","step":"m68k/compile","bytes":5,"total":10}
            {"event":"build-tree-restored","step":"m68k/compile","for":"m68k/compile"}
            {"event":"step-ended","step":"m68k/compile","status":"failed","seconds":0,"error":"It \u0022broke\u0022.","hint":null,"log":"/store/log"}
            {"event":"run-ended","succeeded":true,"seconds":122,"processor-seconds":183,"peak-disk-bytes":2000000000}

            """,
            output.ToString());
    }

    [Theory]
    [InlineData(999, "999 B")]
    [InlineData(1_000, "1.0 kB")]
    [InlineData(118_400_000, "118.4 MB")]
    public void Sizes_are_in_decimal_units(long bytes, string expected) => Assert.Equal(expected, Quantity.Bytes(bytes));

    [Theory]
    [InlineData(0.26, "0.3s")]
    [InlineData(61, "1m01s")]
    [InlineData(3720, "1h02m")]
    public void Durations_are_as_precise_as_they_are_short(double seconds, string expected) =>
        Assert.Equal(expected, Quantity.Duration(TimeSpan.FromSeconds(seconds)));
}
