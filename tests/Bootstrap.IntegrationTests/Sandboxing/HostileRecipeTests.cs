using System.Collections.Immutable;
using Bootstrap.Platform;
using Bootstrap.Sandboxing;
using Bootstrap.Tests;

namespace Bootstrap.IntegrationTests.Sandboxing;

/// <summary>What a hostile recipe tries is refused, one attempt after the other, and the same command succeeds where it is allowed.</summary>
public sealed class HostileRecipeTests(SandboxFixture fixture, HostTargets targets) : IClassFixture<SandboxFixture>, IClassFixture<HostTargets>
{
    public static TheoryData<string> Names => [.. Attempt.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_hostile_recipe_cannot(string name)
    {
        var attempt = Attempt.All[name];
        var (exitCode, log) = await SandboxedAsync(attempt.Command, attempt.Target);
        Assert.True(exitCode != 0, $"The attempt succeeded: {log}");
        Assert.Contains(attempt.Expected, log, StringComparison.Ordinal);

        var (control, said) = attempt.Control switch
        {
            Control.SameSandbox => await SandboxedAsync(attempt.Command, attempt.Allowed),
            Control.Host => await OutsideAsync(attempt, []),
            _ => await OutsideAsync(attempt, ["bwrap", "--unshare-all", "--unshare-user", "--uid", "0", "--gid", "0", "--cap-add", "ALL", "--dev-bind", "/", "/"]),
        };
        Assert.True(control == 0, $"The control failed, so that the attempt proves nothing: {said}");
    }

    private Task<(int ExitCode, string Log)> SandboxedAsync(string command, string target)
    {
        var directory = fixture.Make(Path.GetRandomFileName(), ("build/file", "text"), ("out/file", "text"), ("src/file", "text"));
        var spec = fixture.Spec("sh", "-ec", command);
        return fixture.RunAsync(spec with
        {
            Environment = spec.Environment.Add("TARGET", targets.Expand(target)),
            Mounts = spec.Mounts.AddRange(
                Mount.Writable("/build", directory + "/build"), Mount.Writable("/out", directory + "/out"), Mount.ReadOnly("/src", [directory + "/src"])),
        });
    }

    private async Task<(int ExitCode, string Log)> OutsideAsync(Attempt attempt, string[] prefix)
    {
        string[] words = [.. prefix, "env", $"TARGET={targets.Expand(attempt.Allowed)}", "sh", "-ec", attempt.Command];
        var result = await fixture.Processes.RunAsync(TestCommand.Of(words[0], [.. words[1..]]), CancellationToken.None);
        return (result.ExitCode, result.Output + result.Error);
    }
}
