using System.Diagnostics;
using Bootstrap.Platform;

namespace Bootstrap.IntegrationTests.Sandboxing;

/// <summary>A process of its own that runs one sandbox (tests/SandboxHelper).</summary>
internal static class Helper
{
    /// <summary>The command line without a log: "-" in the place of one is for the terminal.</summary>
    public static string[] CommandLine(SandboxFixture fixture, string work, string log, params string[] command) =>
        [ProcessRunner.Find("dotnet")!, Path.Combine(AppContext.BaseDirectory, "SandboxHelper.dll"), fixture.Root, work, log, .. command];

    public static Process Start(SandboxFixture fixture, string work, params string[] command)
    {
        var words = CommandLine(fixture, work, work + "/log", command);
        return Process.Start(new ProcessStartInfo(words[0], words[1..]) { RedirectStandardError = true })!;
    }
}
