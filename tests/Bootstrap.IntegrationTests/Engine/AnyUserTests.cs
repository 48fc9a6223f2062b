using System.Runtime.InteropServices;
using Bootstrap.Platform;
using Bootstrap.Tests;

namespace Bootstrap.IntegrationTests.Engine;

/// <summary>Whoever builds, wherever, makes the same bytes.</summary>
[Collection(SmallWorldGroup.Name)]
public sealed class AnyUserTests(SmallWorld world)
{
    private const int OrdinaryUser = 54322;

    /// <summary>A user without sudo and without an entry in /etc/subuid, who can read the checkout and write to the store.</summary>
    [Fact]
    public async Task An_ordinary_user_with_a_checkout_that_is_not_his()
    {
        await AssertSameAsync(AsOrdinaryUser);
    }

    [Fact]
    public async Task A_user_whose_umask_forbids_everything_to_others() =>
        await AssertSameAsync(_ => ["sh", "-c", "umask 077; exec \"$@\"", "sh"]);

    [Fact]
    public async Task A_checkout_that_can_not_be_written_to() =>
        await AssertSameAsync(checkout => ["bwrap", "--dev-bind", "/", "/", "--ro-bind", checkout.Directory, checkout.Directory]);

    [Fact]
    public async Task A_container_whose_proc_is_masked() =>
        await AssertSameAsync(_ => ["bwrap", "--dev-bind", "/", "/", "--ro-bind", "/dev/null", "/proc/uptime", "--tmpfs", "/proc/fs"]);

    [Fact]
    public async Task A_home_with_spaces_that_holds_the_store()
    {
        var home = Path.Combine(world.Root, "a home, with spaces");
        await AssertSameAsync(_ => [$"HOME={home}", "XDG_CACHE_HOME="], Path.Combine(home, ".cache/bootstrap/store"), named: false);
    }

    [Fact]
    public async Task A_store_on_another_file_system()
    {
        var directory = Path.Combine("/dev/shm", "bootstrap-" + Path.GetRandomFileName());
        try
        {
            await AssertSameAsync(_ => [], directory);
            await AssertSameAsync(_ => [], directory + "/2", options: "--no-overlay");
        }
        finally
        {
            TreeRemover.Remove(directory);
        }
    }

    private async Task AssertSameAsync(
        Func<SmallCheckout, string[]> surroundings, string? storePath = null, bool named = true, params string[] options)
    {
        var (checkout, expected) = await world.ToolchainAsync();
        checkout.Store = storePath is null ? checkout.Store : await world.NewStoreAsync(storePath);
        var prefix = surroundings(checkout);
        var started = named ? checkout.StartWithin(prefix, ["build", "toy", .. options]) : checkout.StartWithoutStore(prefix, "build", "toy");
        var (exitCode, output, error) = await SmallCheckout.ResultAsync(started);

        Assert.True(exitCode == 0, output + error);
        Assert.Equal(expected, checkout.Contents());
    }

    private string[] AsOrdinaryUser(SmallCheckout checkout)
    {
        // Nobody else may look into temporary directories, nor perhaps into the one that the tests were built in.
        const string Place = "/tmp/place";
        var owned = Environment.IsPrivilegedProcess;
        if (owned)
            Run("find", checkout.Store, "(", "-type", "d", "-o", "-links", "1", ")", "-exec", "chown", "-h", $"{OrdinaryUser}:{OrdinaryUser}", "{}", "+");

        var dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        return
        [
            $"BOOTSTRAP_HOME={Place}/checkout", $"DOTNET_ROOT={Place}/dotnet", "HOME=/nonexistent",
            "bwrap", .. owned ? [] : (string[])["--unshare-user", "--uid", $"{OrdinaryUser}", "--gid", $"{OrdinaryUser}"],
            "--dev-bind", "/", "/", "--perms", "1777", "--tmpfs", "/tmp", "--perms", "0755", "--dir", Place,
            "--ro-bind", checkout.Directory, Place + "/checkout", "--ro-bind", dotnet, Place + "/dotnet",
            "--ro-bind", AppContext.BaseDirectory, Place + "/program", "--perms", "0755", "--dir", world.Root, "--bind", checkout.Store, checkout.Store,
            .. owned ? (string[])["setpriv", "--reuid", $"{OrdinaryUser}", "--regid", $"{OrdinaryUser}", "--clear-groups"] : [],
            "sh", "-c", $"shift; exec {Place}/program/bootstrap \"$@\"", "sh",
        ];
    }

    private static void Run(string program, params string[] arguments)
    {
        using var processes = new ProcessRunner();
        var result = processes.RunAsync(TestCommand.Of(program, arguments), CancellationToken.None).GetAwaiter().GetResult();
        Assert.True(result.ExitCode == 0, result.Error);
    }
}
