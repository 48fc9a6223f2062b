using Bootstrap.Definitions;
using Bootstrap.IntegrationTests.Sandboxing;
using Bootstrap.Planning;
using Bootstrap.Sandboxing;

namespace Bootstrap.IntegrationTests.Recipes;

/// <summary>What the shell of a tree of host tools finds, in the sandbox and the environment that every host step has.</summary>
internal static class HostStep
{
    private const string Find = "for name; do command -v -- \"$name\" > /dev/null || echo \"$name\"; done";

    /// <summary>All of some commands are the shell's own, or on its PATH.</summary>
    public static async Task AssertFoundAsync(SandboxFixture sandbox, string tree, IEnumerable<string> commands)
    {
        var spec = new SandboxSpec
        {
            Root = [tree],
            Environment = StepVariables.EnvironmentOf(Machine.Host),
            Arguments = ["/bin/sh", "-euc", Find, "sh", .. commands],
        };
        var (exitCode, log) = await sandbox.RunAsync(spec);
        Assert.True(exitCode == 0 && log.Length == 0, $"not found: {log.ReplaceLineEndings(" ")}");
    }
}
