using Bootstrap.Platform;
using Bootstrap.Store;
using Bootstrap.Tests;

namespace Bootstrap.IntegrationTests.Engine;

/// <summary>A full disk, a clock that jumps, another build on the same store.</summary>
[Collection(SmallWorldGroup.Name)]
public sealed class HardTimesTests(SmallWorld world)
{
    private const string Full = "No space left on device";

    /// <summary>
    /// On a small file system of its own, with so many bytes left that now the program fails and now a step: build and verify, each with
    /// its exit code and output in a file, then once more with room.
    /// </summary>
    private const string OnASmallDisk = """
        seed=$1 place=$2 out=$3
        shift 3
        mount -t tmpfs -o size=$(( $(du -s -B1 "$seed" | cut -f1) + 40000000 )) tmpfs "$place"
        cp -a "$seed" "$place/store"
        note() {
          name=$1
          shift
          status=0
          "$@" >"$out/$name" 2>&1 || status=$?
          echo "$name $status" >>"$out/codes"
        }
        for room in 0 4096 20480 40960 81920 200000 1000000; do
          head -c "$(( $(stat -f -c '%a * %S' "$place") - room ))" /dev/zero >"$place/ballast"
          note "build-$room" "$@" build toy
          note "verify-$room" "$@" store verify
          rm "$place/ballast"
        done
        note build "$@" build toy
        note verify "$@" store verify
        """;

    [Fact]
    public async Task A_build_on_a_full_disk_says_so_and_goes_on_once_there_is_room()
    {
        var checkout = world.Checkout();
        checkout.Recipe("large", "mkdir /out/usr; head -c 3000000 /dev/zero > /out/usr/large");
        checkout.Recipe("all", "cp /usr/large /out/", "needs: [large]");
        var seed = await world.NewStoreAsync();
        var place = Directory.CreateDirectory(Path.Combine(world.Root, "small disk")).FullName;
        var results = Directory.CreateDirectory(Path.Combine(world.Root, "small disk results")).FullName;
        checkout.Store = Path.Combine(place, "store");

        string[] prefix =
        [
            "bwrap", "--unshare-user", "--uid", "0", "--gid", "0", "--cap-add", "ALL", "--dev-bind", "/", "/",
            "sh", "-euc", OnASmallDisk, "sh", seed, place, results,
        ];
        var (exitCode, _, error) = await SmallCheckout.ResultAsync(checkout.StartWithin(prefix));
        Assert.True(exitCode == 0, error);

        var codes = File.ReadLines(Path.Combine(results, "codes")).Select(line => line.Split(' ')).ToDictionary(words => words[0], words => words[1]);
        Assert.Equal(16, codes.Count);
        foreach (var (name, code) in codes)
        {
            var output = await File.ReadAllTextAsync(Path.Combine(results, name));
            var fails = name.StartsWith("build-", StringComparison.Ordinal);
            Assert.True(code == (fails ? "1" : "0"), $"{name} ended with {code}: {output}");
            Assert.True(!fails || output.Contains(Full, StringComparison.Ordinal), $"{name}: {output}");
            Assert.DoesNotContain("Unhandled exception", output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("size=4G,nr_inodes=$(( $(find \"$seed\" | wc -l) + 300 ))", 1, "it has no inodes left", "inodes are free")]
    [InlineData("size=4G,noexec", 3, "No program can be run in", "mounted with 'noexec'")]
    public async Task What_a_file_system_lacks_or_forbids_is_named_by_a_build_and_by_the_doctor(string options, int expected, string said, string diagnosed)
    {
        var checkout = world.Checkout();
        checkout.Recipe("all", "for i in $(seq 1000); do echo > /out/$i; done");
        var seed = await world.NewStoreAsync();
        var place = Directory.CreateDirectory(Path.Combine(world.Root, Path.GetRandomFileName())).FullName;
        checkout.Store = Path.Combine(place, "store");
        string[] Within(string options) =>
        [
            "bwrap", "--unshare-user", "--uid", "0", "--gid", "0", "--cap-add", "ALL", "--dev-bind", "/", "/",
            "sh", "-euc", $"seed=$1 place=$2; shift 2; mount -t tmpfs -o {options} tmpfs \"$place\"; cp -a \"$seed\" \"$place/store\"; exec \"$@\"", "sh", seed, place,
        ];

        var (exitCode, output, error) = await SmallCheckout.ResultAsync(checkout.StartWithin(Within(options), "build", "toy"));
        Assert.True(exitCode == expected, output + error);
        Assert.Contains(said, output + error, StringComparison.Ordinal);

        var (_, doctor, _) = await SmallCheckout.ResultAsync(checkout.StartWithin(Within(options), "doctor"));
        Assert.Contains(diagnosed, doctor, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1970-01-02")]
    [InlineData("2038-02-01")]
    public async Task Times_of_another_year_in_the_store_change_nothing(string date)
    {
        var (checkout, expected) = await world.ToolchainAsync();
        await checkout.BuildAsync("--to", "compiler");
        Assert.NotEmpty(Directory.GetDirectories(Path.Combine(checkout.Store, "builds")));
        using var processes = new ProcessRunner();
        var touched = await processes.RunAsync(
            TestCommand.Of("find", checkout.Store, "-exec", "touch", "-h", "-d", date, "{}", "+"), CancellationToken.None);
        Assert.Equal(0, touched.ExitCode);

        // Its other steps go on in a build tree, whose times make compares, and which lie in the past or future now.
        Assert.Equal(["first", "second", "all"], await checkout.BuildAsync());
        Assert.Equal(expected, checkout.Contents());
        using var store = ArtifactStore.Open(checkout.Store);
        Assert.Empty(store.Verify(Advance.Unwatched).Damages);
    }

    [Fact]
    public async Task Builds_on_one_store_at_once_make_each_step_once_and_all_succeed()
    {
        var (checkout, expected) = await world.ToolchainAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => checkout.RunAsync("build", "toy")));

        Assert.All(results, result => Assert.True(result.ExitCode == 0, result.Output + result.Error));
        var built = results.SelectMany(result => result.Output.Split('\n')).Where(line => line.Contains(" built in ", StringComparison.Ordinal) && line.StartsWith('['));
        Assert.Equal(6, built.Count());
        Assert.Equal(expected, checkout.Contents());
        using var store = ArtifactStore.Open(checkout.Store);
        Assert.Empty(store.Verify(Advance.Unwatched).Damages);
    }
}
