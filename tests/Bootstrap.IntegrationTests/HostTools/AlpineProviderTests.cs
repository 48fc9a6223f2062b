using Bootstrap.Definitions;
using Bootstrap.IntegrationTests.Sandboxing;
using Bootstrap.Platform;

namespace Bootstrap.IntegrationTests.HostTools;

/// <summary>The real mini root file system and its real apk, with a signed repository on 127.0.0.1, as whoever runs the tests and as nobody in particular.</summary>
public sealed class AlpineProviderTests
{
    public static TheoryData<string> Users => HostToolsWorld.Users;

    public AlpineProviderTests() => SharedAlpine.Require(SharedAlpine.Host);

    [Theory]
    [MemberData(nameof(Users))]
    public async Task Packages_are_installed_with_their_scripts_and_kept_and_the_same_tree_is_made_of_them_again(string user)
    {
        using var alpine = new AlpineWorld(user);
        var asking = $"{AlpineWorld.Hello.PostInstall}wget -q -O /dev/null {alpine.Repository.Url}/asked-by-script || true\n";
        alpine.Repository.Publish(AlpineWorld.Hello with { PostInstall = asking }, AlpineWorld.Greeting);
        var made = await alpine.RunAsync();
        Assert.DoesNotContain("/main/asked-by-script", alpine.Repository.Requests);
        var content = HostToolsWorld.Content(made);
        Assert.Contains("host tools   alpine:3.20, 3 packages", made.Output, StringComparison.Ordinal);
        var tree = alpine.World.Tree(content);
        Assert.Equal("hello", File.ReadAllText(Path.Combine(tree, "usr/share/hello/made-by-script")));
        Assert.Equal("hello", new FileInfo(Path.Combine(tree, "usr/bin/hi")).LinkTarget);
        Assert.False(Directory.Exists(Path.Combine(tree, "etc/apk")) || Directory.Exists(Path.Combine(tree, "lib/apk")));
        Assert.Equal(3, Directory.GetFiles(Path.Combine(alpine.World.Store, "blobs")).Length);

        // A mirror that can't be reached shows that none is asked.
        Assert.Equal(content, HostToolsWorld.Content(await alpine.RunAtAsync("http://127.0.0.1:1/main")));
        alpine.World.LoseArtifacts();
        var again = await alpine.RunAtAsync("http://127.0.0.1:1/main");
        Assert.Equal(content, HostToolsWorld.Content(again));
        Assert.Contains("as they are pinned: the store does not have them", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pinned_root_that_the_definition_does_not_name_is_refused()
    {
        using var alpine = new AlpineWorld(HostToolsWorld.Self);
        alpine.Repository.Publish(AlpineWorld.Hello, AlpineWorld.Greeting);
        await alpine.RunAsync();
        var other = Path.Combine(alpine.World.Root, "other");
        File.WriteAllBytes(other, [.. File.ReadAllBytes(alpine.Root), 0]);
        File.Copy(other, Path.Combine(alpine.World.Store, "blobs", Digest.OfFile(other).Hex));
        var pins = Path.Combine(alpine.World.Store, "pins/host-tools.json");
        File.WriteAllText(pins, File.ReadAllText(pins).Replace(Digest.OfFile(alpine.Root).Hex, Digest.OfFile(other).Hex, StringComparison.Ordinal));
        alpine.World.LoseArtifacts();

        var refused = await alpine.RunAtAsync("http://127.0.0.1:1/main");

        Assert.Equal(3, refused.ExitCode);
        Assert.Contains($"The pinned mini root file system has SHA-256 {Digest.OfFile(other)}, and alpine:3.20 is made of {Digest.OfFile(alpine.Root)}", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_stores_get_the_same_tree_and_pack_it_into_the_same_bytes()
    {
        var (first, second) = (await PackAsync(), await PackAsync());
        Assert.Equal("alpine-host-tools-3.20.3-x86_64.tar.gz", first.Name);
        Assert.Equal(first.Content, second.Content);
        Assert.Equal(first.Bytes, second.Bytes);

        static async Task<(string Content, string Name, byte[] Bytes)> PackAsync()
        {
            using var alpine = new AlpineWorld(HostToolsWorld.Self);
            // A key is made for each world, and signs; what it signs is the same.
            alpine.Repository.Publish(new ApkPackage("hello", "1.0-r0", [new ApkFile("usr/bin/hello", "#!")]));
            var result = await alpine.RunAsync("--pack", Path.Combine(alpine.World.Root, "out"));
            var content = HostToolsWorld.Content(result);
            var packed = Assert.Single(Directory.GetFiles(Path.Combine(alpine.World.Root, "out")));
            Assert.Contains($"packed       {packed}, ", result.Output, StringComparison.Ordinal);
            return (content, Path.GetFileName(packed), File.ReadAllBytes(packed));
        }
    }

    [Fact]
    public async Task What_the_store_lost_is_fetched_again_in_the_pinned_version_as_long_as_the_mirror_has_it()
    {
        using var alpine = new AlpineWorld(HostToolsWorld.Self);
        alpine.Repository.Publish(AlpineWorld.Hello, AlpineWorld.Greeting);
        var content = HostToolsWorld.Content(await alpine.RunAsync());
        LoseAll();
        Assert.Equal(content, HostToolsWorld.Content(await alpine.RunAsync()));

        LoseAll();
        var newer = AlpineWorld.Hello with { Version = "1.1-r0", PostInstall = "touch /usr/share/newer" };
        alpine.Repository.Publish(newer, AlpineWorld.Greeting);
        var gone = await alpine.RunAsync();
        Assert.Contains("the mirror no longer has a version that is pinned", gone.Error, StringComparison.Ordinal);
        Assert.Contains("hello-1.1-r0", gone.Error, StringComparison.Ordinal);
        Assert.Contains("host-tools --update", gone.Error, StringComparison.Ordinal);
        Assert.Equal(3, gone.ExitCode);
        Assert.NotEqual(content, HostToolsWorld.Content(await alpine.RunAsync("--update")));

        LoseAll();
        alpine.Repository.Publish(newer with { PostInstall = "touch /usr/share/other" }, AlpineWorld.Greeting);
        var other = await alpine.RunAsync();
        Assert.True(other.Error.Contains("the mirror does not have their hello as it is pinned: version 1.1-r0 with SHA-256 ", StringComparison.Ordinal), other.Error);

        void LoseAll()
        {
            alpine.World.LoseArtifacts();
            foreach (var blob in Directory.GetFiles(Path.Combine(alpine.World.Store, "blobs")))
                File.Delete(blob);
        }
    }

    [Fact]
    public async Task The_definition_of_the_checkout_names_the_real_root_and_packages_that_apk_can_be_asked_for()
    {
        using var alpine = new AlpineWorld(HostToolsWorld.Self);
        // The pinned one, whichever the other tests are run with.
        File.Copy(SharedAlpine.Shared(SharedAlpine.Host)!, alpine.Root, overwrite: true);
        var definition = DefinitionReader.Read([Checkout()]).HostTools["alpine"].Release("3.20");
        alpine.Repository.Publish([.. definition.Packages.Select(name => new ApkPackage(name, "1-r0", [new ApkFile($"usr/share/{name}", name)]))]);
        var made = await alpine.RunAsync("--definitions", Checkout(), "--host-tools", "alpine:3.20");
        HostToolsWorld.Content(made);
        Assert.Contains($"host tools   alpine:3.20, {definition.Packages.Length + 1} packages", made.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Auto_takes_Alpine_where_its_mirror_answers_and_remembers()
    {
        using var alpine = new AlpineWorld(HostToolsWorld.Self);
        alpine.Repository.Publish(AlpineWorld.Hello, AlpineWorld.Greeting);
        var key = alpine.Repository.Signer.WriteKey(alpine.World.Root);
        var made = await alpine.World.RunAsync("--alpine-root", alpine.Root, "--apk-repository", alpine.Repository.Url, "--apk-key", key);
        Assert.Contains($"host tools: alpine, as Alpine's mirror answers ({alpine.Repository.Url})", made.Error, StringComparison.Ordinal);
        Assert.Contains("chosen       Alpine's mirror answers", made.Output, StringComparison.Ordinal);
        var asked = alpine.Repository.Requests.Count;

        var again = await alpine.World.RunAsync();
        Assert.Equal(HostToolsWorld.Content(made), HostToolsWorld.Content(again));
        Assert.Equal("", again.Error);
        Assert.Equal(asked, alpine.Repository.Requests.Count);
    }

    [Fact]
    public async Task A_root_that_the_user_vouches_for_is_taken_and_pinned_by_its_checksum()
    {
        using var alpine = new AlpineWorld(HostToolsWorld.Self);
        alpine.Repository.Publish(AlpineWorld.Hello, AlpineWorld.Greeting);
        var own = Path.Combine(alpine.World.Root, "own.tar.gz");
        File.WriteAllBytes(own, ApkPackage.Compress([.. ApkPackage.Tar([ApkPackage.Text("etc/own", "own")], cut: true), .. alpine.RealRoot()]));
        var digest = Digest.OfFile(own);
        var made = await alpine.RunAsync("--alpine-root", own, "--alpine-root-sha256", $"{digest}");
        Assert.Equal("own", File.ReadAllText(Path.Combine(alpine.World.Tree(HostToolsWorld.Content(made)), "etc/own")));
        var pins = File.ReadAllText(Path.Combine(alpine.World.Store, "pins/host-tools.json"));
        Assert.Contains(digest.Hex, pins, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_release_past_its_end_of_life_is_said_to_be_so_in_every_run_and_one_before_it_is_not()
    {
        using var alpine = new AlpineWorld(HostToolsWorld.Self);
        alpine.Repository.Publish(AlpineWorld.Hello, AlpineWorld.Greeting);
        Assert.DoesNotContain("end of life", (await alpine.RunAsync()).Error, StringComparison.Ordinal);
        var file = Path.Combine(alpine.World.Root, "checkout/src/host-tools/alpine.yaml");
        File.WriteAllText(file, File.ReadAllText(file).Replace("version: 3.20.3", "version: 3.20.3\n    end-of-life: 2026-04-01", StringComparison.Ordinal));
        for (var run = 0; run < 2; run++)
        {
            var lines = (await alpine.RunAsync()).Error.Split('\n').Where(line => line.Contains("end of life", StringComparison.Ordinal));
            Assert.StartsWith("host tools: alpine:3.20 reached its end of life on 2026-04-01: ", Assert.Single(lines));
        }
    }

    [Fact]
    public async Task Releases_beside_each_other_keep_their_pins()
    {
        using var alpine = new AlpineWorld(HostToolsWorld.Self);
        alpine.Repository.Publish(AlpineWorld.Hello, AlpineWorld.Greeting);
        var text = File.ReadAllText(Path.Combine(alpine.World.Root, "checkout/src/host-tools/alpine.yaml"));
        alpine.World.Write("src/host-tools/mine.yaml", text.Replace("name: alpine", "name: mine", StringComparison.Ordinal).Replace("[hello]", "[greeting]", StringComparison.Ordinal));
        var first = HostToolsWorld.Content(await alpine.RunAsync());
        var mine = await alpine.RunAsync("--host-tools", "mine:3.20");
        Assert.NotEqual(first, HostToolsWorld.Content(mine));
        var again = await alpine.RunAsync();
        Assert.Equal((first, ""), (HostToolsWorld.Content(again), again.Error));
    }

    private static string Checkout()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Bootstrap.sln")))
            directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("The tests don't lie in a checkout.");
        return directory;
    }
}
