using System.Text.RegularExpressions;
using Bootstrap.IntegrationTests.Engine;
using Bootstrap.IntegrationTests.Sandboxing;
using Bootstrap.Platform;
using Bootstrap.Tests;

namespace Bootstrap.IntegrationTests.HostTools;

/// <summary>
/// Two whole sets of host tools in one store: Debian's, and a tree that is to a build step what Alpine's is. They are made when they are first
/// asked for, as a user makes them.
/// </summary>
public sealed partial class AlpineLike : IDisposable
{
    private readonly Lazy<Task<string>> _debianTree;
    private readonly Lazy<Task<string>> _tree;

    public AlpineLike()
    {
        _debianTree = new(() => TreeAsync(DebianChoice));
        _tree = new(MakeAsync);
    }

    /// <summary>What <c>--host-tools</c> is for Debian's.</summary>
    public static string DebianChoice => "debian:trixie";

    /// <summary>What <c>--host-tools</c> is for the tree that is like Alpine's.</summary>
    public string Choice => $"path:{Root}/like";

    /// <summary>A directory of everything that is made here.</summary>
    public string Root { get; } = Directory.CreateTempSubdirectory("bootstrap-alpine-like-").FullName;

    /// <summary>The root of Debian's host tools, as steps see them.</summary>
    public Task<string> DebianTreeAsync() => _debianTree.Value;

    /// <summary>The root of those that are like Alpine's, as steps see them.</summary>
    public Task<string> TreeAsync() => _tree.Value;

    /// <summary>Runs the program on these definitions, or this checkout's own.</summary>
    public async Task<string> RunAsync(string[] arguments, string? definitions = null)
    {
        var checkout = new SmallCheckout(definitions ?? Checkout.Root, Path.Combine(Root, "store"));
        var (exitCode, output, error) = await SmallCheckout.ResultAsync(checkout.Start([], [.. arguments, "--store", checkout.Store, "--sources", "debian"]));
        Assert.True(exitCode == 0, $"exit code {exitCode}\n{output}\n{error}");
        return output;
    }

    public void Dispose() => TreeRemover.Remove(Root);

    private async Task<string> MakeAsync()
    {
        using var processes = new ProcessRunner();
        var made = await processes.RunAsync(
            TestCommand.Of("sh", SharedAlpine.FindMakeRoot()!, Path.Combine(Root, "like"), await DebianTreeAsync()), CancellationToken.None);
        Assert.True(made.ExitCode == 0, made.Output + made.Error);
        return await TreeAsync(Choice);
    }

    private async Task<string> TreeAsync(string choice) => Sysroot().Match(await RunAsync(["host-tools", "--host-tools", choice])).Groups[1].Value;

    [GeneratedRegex(@"^sysroot +(\S+)$", RegexOptions.Multiline)]
    private static partial Regex Sysroot();
}

/// <summary>The one pair of host tools of all tests: making it takes half a minute.</summary>
[CollectionDefinition(Name)]
public sealed class AlpineLikeGroup : ICollectionFixture<AlpineLike>
{
    public const string Name = "like Alpine";
}
