using System.Runtime.InteropServices;
using Bootstrap.Platform;
using Bootstrap.Store;
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

    [Fact]
    public async Task A_member_of_a_group_is_told_whose_it_is_that_he_can_not_remove_and_all_else_goes()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "root: nobody else is two users");
        var checkout = world.Checkout();
        checkout.Store = Path.Combine(world.Root, "groups-store");
        Run("sh", "-euc", $"mkdir \"$1\"; chgrp {OrdinaryUser} \"$1\"; chmod 2770 \"$1\"", "sh", checkout.Store);
        await world.NewStoreAsync(checkout.Store);
        Run("sh", "-euc", "cd \"$1\"; chmod -R g+w locks steps pins history", "sh", checkout.Store);
        checkout.Recipe("all", "echo before > /out/file");
        await checkout.BuildAsync();
        var (before, old) = TreeOfAll(checkout);
        checkout.Recipe("all", "mkdir /out/d; echo now > /out/d/file");
        await checkout.BuildAsync();
        Run("mkdir", "-m", "0700", Path.Combine(checkout.Store, "work/step-dead"));
        Run("chown", $"{OrdinaryUser}", Path.Combine(checkout.Store, "logs", old + ".log"));
        var member = AsOrdinaryUser(checkout, gives: false);

        var (exitCode, output, error) = await SmallCheckout.ResultAsync(checkout.StartWithin(member, ["gc", "toy"]));
        Assert.True(exitCode == 0, output + error);
        Assert.Contains($"not removed: '{before}' belongs to user 0: that user", error, StringComparison.Ordinal);
        Assert.Contains($"not removed: '{Path.Combine(checkout.Store, "work", "step-dead")}' belongs to user 0: that user", error, StringComparison.Ordinal);
        Assert.Contains($"not removed: '{checkout.Store}/steps/{old}' belongs to user 0: that user", error, StringComparison.Ordinal);
        Assert.Matches("^log: 1, (.+)\n\\1 removed\n$", output);

        var (damaged, _) = TreeOfAll(checkout);
        await File.WriteAllTextAsync(damaged + "/tree/d/file", "damaged\n");
        (exitCode, output, error) = await SmallCheckout.ResultAsync(checkout.StartWithin(member, ["store", "verify", "--repair"]));
        Assert.True(exitCode == 1, output + error);
        Assert.Contains($"not removed: '{damaged}.", error, StringComparison.Ordinal);
        Assert.Equal(["all"], await checkout.BuildAsync());
        Assert.Equal(0, (await SmallCheckout.ResultAsync(checkout.StartWithin(member, ["store", "verify"]))).ExitCode);

        // Its owner's collection takes what the member could not.
        await checkout.OutputAsync("gc", "toy");
        Assert.False(Directory.Exists(before));
        Assert.DoesNotContain(Directory.GetDirectories(Path.Combine(checkout.Store, "trees")), Path.HasExtension);
    }

    [Fact]
    public async Task A_collection_of_one_member_of_a_group_leaves_what_another_has_made_where_it_is()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "root: nobody else is two users");
        const int Other = OrdinaryUser + 1;
        var checkout = world.Checkout();
        checkout.Store = Path.Combine(world.Root, "members-store");
        Run("sh", "-euc", $"mkdir \"$1\"; chgrp {OrdinaryUser} \"$1\"; chmod 2770 \"$1\"", "sh", checkout.Store);
        await world.NewStoreAsync(checkout.Store);
        Run("sh", "-euc", "cd \"$1\"; chmod -R g+w locks steps pins history", "sh", checkout.Store);
        async Task<(int ExitCode, string Output, string Error)> AskAsync(int user, params string[] command) =>
            await SmallCheckout.ResultAsync(checkout.StartWithin(AsOrdinaryUser(checkout, gives: false, user), command));
        checkout.Recipe("all", "mkdir /out/d; echo before > /out/d/file");
        var built = await AskAsync(OrdinaryUser, "build", "toy");
        Assert.True(built.ExitCode == 0, built.Output + built.Error);
        var (before, _) = TreeOfAll(checkout);
        checkout.Recipe("all", "echo now > /out/file");
        Assert.Equal(0, (await AskAsync(OrdinaryUser, "build", "toy")).ExitCode);

        foreach (var dry in (string[][])[["--dry-run"], []])
        {
            var (exitCode, output, error) = await AskAsync(Other, ["gc", "toy", .. dry]);
            Assert.True(exitCode == 0, output + error);
            Assert.Contains($"not removed: '{before}' belongs to user {OrdinaryUser}: that user", error, StringComparison.Ordinal);
            Assert.StartsWith("0 B ", output, StringComparison.Ordinal);
        }
        Assert.Empty(Directory.GetDirectories(Path.Combine(checkout.Store, "work")));

        var session = Path.Combine(checkout.Store, "work/session-dead");
        Run("sh", "-euc", $"mkdir -m 700 \"$1\"; chown {Other} \"$1\"", "sh", session);
        var refused = await AskAsync(OrdinaryUser, "gc", "toy");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains($"'{session}' belongs to user {Other}: that user", refused.Error, StringComparison.Ordinal);
        Assert.Contains("It can't be read, and may list what a run uses: while it is there, only that user or root can collect.", refused.Error, StringComparison.Ordinal);
        Assert.True(Directory.Exists(before));

        Assert.Equal(0, (await AskAsync(Other, "gc", "toy")).ExitCode);
        var own = await AskAsync(OrdinaryUser, "gc", "toy");
        Assert.True(own.ExitCode == 0, own.Output + own.Error);
        Assert.Contains("tree: 1, ", own.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(before));
    }

    private static (string Tree, string Key) TreeOfAll(SmallCheckout checkout)
    {
        using var store = ArtifactStore.Open(checkout.Store);
        var last = store.History.LastBuilds("toy", "all")[0];
        return (Path.Combine(checkout.Store, "trees", last.Content.Hex), last.Key.Hex);
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

    private string[] AsOrdinaryUser(SmallCheckout checkout) => AsOrdinaryUser(checkout, gives: true);

    private string[] AsOrdinaryUser(SmallCheckout checkout, bool gives, int user = OrdinaryUser)
    {
        // Nobody else may look into temporary directories, nor perhaps into the one that the tests were built in.
        const string Place = "/tmp/place";
        var owned = Environment.IsPrivilegedProcess;
        if (owned && gives)
            Run("find", checkout.Store, "(", "-type", "d", "-o", "-links", "1", ")", "-exec", "chown", "-h", $"{OrdinaryUser}:{OrdinaryUser}", "{}", "+");

        var dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        return
        [
            $"BOOTSTRAP_HOME={Place}/checkout", $"DOTNET_ROOT={Place}/dotnet", "HOME=/nonexistent",
            "bwrap", .. owned ? [] : (string[])["--unshare-user", "--uid", $"{OrdinaryUser}", "--gid", $"{OrdinaryUser}"],
            "--dev-bind", "/", "/", "--perms", "1777", "--tmpfs", "/tmp", "--perms", "0755", "--dir", Place,
            "--ro-bind", checkout.Directory, Place + "/checkout", "--ro-bind", dotnet, Place + "/dotnet",
            "--ro-bind", AppContext.BaseDirectory, Place + "/program", "--perms", "0755", "--dir", world.Root, "--bind", checkout.Store, checkout.Store,
            .. owned ? (string[])["setpriv", "--reuid", $"{user}", "--regid", $"{OrdinaryUser}", "--clear-groups"] : [],
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
