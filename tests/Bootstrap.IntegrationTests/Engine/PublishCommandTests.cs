using System.Globalization;
using System.Text.Json.Nodes;
using Bootstrap.Platform;
using Bootstrap.Tests;

namespace Bootstrap.IntegrationTests.Engine;

[Collection(SmallWorldGroup.Name)]
public sealed class PublishCommandTests : IDisposable
{
    private readonly SmallCheckout _checkout;
    private readonly string _directory = Directory.CreateTempSubdirectory("bootstrap-published-").FullName;

    public PublishCommandTests(SmallWorld world)
    {
        _checkout = world.Checkout();
        _checkout.Recipe("native-sysroot", "mkdir -p /out/usr/bin\necho native > /out/usr/bin/gcc");
        _checkout.Recipe("cross-toolchain", "mkdir -p /out/bin\necho cross > /out/bin/gcc");
        _checkout.Recipe("all", "true", "needs: [native-sysroot, {step: cross-toolchain, at: /cross}]");
    }

    public void Dispose() => TreeRemover.Remove(_directory);

    [Fact]
    public async Task Both_toolchains_are_published_with_checksums_that_hold()
    {
        await _checkout.BuildAsync();
        await PublishAsync();
        string[] expected =
        [
            "SHA256SUMS",
            .. Named("toy-cross-toolchain-1-x86_64", "json", "provenance.json", "spdx.json", "tar.gz", "tar.zst"),
            .. Named("toy-toolchain-1", "json", "provenance.json", "spdx.json", "tar.gz", "tar.zst"),
        ];
        Assert.Equal(expected, Directory.GetFiles(_directory).Select(Path.GetFileName).Order(StringComparer.Ordinal));

        using var processes = new ProcessRunner();
        var check = TestCommand.Of("sha256sum", "--check", "--strict", "SHA256SUMS") with { WorkingDirectory = _directory };
        var result = await processes.RunAsync(check, CancellationToken.None);
        Assert.Equal((0, 10), (result.ExitCode, result.Output.Split(": OK").Length - 1));
    }

    [Theory]
    [InlineData("raw", "toy-image-1.img")]
    [InlineData("qcow2", "toy-image-1.qcow2")]
    public async Task A_disk_image_is_published_with_its_kernel(string form, string name)
    {
        await BuildImageAsync();
        var said = await PublishAsync(form);
        const string lack = "this machine's qemu-img writes the disk image: The emulators 'path:";
        Assert.Equal(form == "qcow2", said.Contains(lack, StringComparison.Ordinal));
        string[] expected = ["SHA256SUMS", name, .. Named("toy-image-1", "json", "kernel", "provenance.json", "spdx.json")];
        Assert.Equal(expected.Order(StringComparer.Ordinal), Directory.GetFiles(_directory).Select(Path.GetFileName).Order(StringComparer.Ordinal));

        using var processes = new ProcessRunner();
        async Task<string> AskAsync(string program, params string[] arguments)
        {
            var result = await processes.RunAsync(TestCommand.Of(program, arguments) with { WorkingDirectory = _directory }, CancellationToken.None);
            Assert.True(result.ExitCode == 0, result.Error);
            return result.Output;
        }

        Assert.Equal(6, (await AskAsync("sha256sum", "--check", "--strict", "SHA256SUMS")).Split(": OK").Length);
        Assert.Equal("disk", await AskAsync("sh", "-c", $"qemu-img convert -O raw {name} raw && dd if=raw bs=1M skip=1 count=1 status=none | head -c 4"));
        Assert.InRange(long.Parse((await AskAsync("du", "-k", name)).Split('\t')[0], System.Globalization.CultureInfo.InvariantCulture), 1, 2048);
    }

    [Fact]
    public async Task A_qcow2_is_written_by_the_qemu_img_of_the_emulators_and_is_the_same_bytes_twice()
    {
        await BuildImageAsync();
        var emulators = InstalledEmulators.Copy();
        InstalledEmulators.Take(emulators, "qemu-img");
        var program = Path.Combine(emulators, "usr/bin/qemu-img");
        File.Move(program, Path.Combine(emulators, "usr/bin/its-program"));
        await File.WriteAllTextAsync(program, """
            #!/bin/sh
            test "$1" = --version || for file; do :; done
            /usr/bin/its-program "$@" && { test "$1" = --version || printf tree >>"$file"; }
            """);
        File.SetUnixFileMode(program, (UnixFileMode)0b111_101_101);
        _checkout.Emulators = $"path:{emulators}";
        var image = Path.Combine(_directory, "toy-image-1.qcow2");
        Assert.DoesNotContain("this machine's qemu-img", await PublishAsync("qcow2"), StringComparison.Ordinal);
        var first = await File.ReadAllBytesAsync(image);
        await PublishAsync("qcow2");

        Assert.Equal("QFI\u00fb"u8[..3], first.AsSpan(0, 3));
        Assert.Equal("tree"u8, first.AsSpan()[^4..]);
        Assert.Equal(first, await File.ReadAllBytesAsync(image));

        // What no plan has, and the next publication wants again.
        var said = await _checkout.OutputAsync("sources", "mirror", Path.Combine(_directory, "mirror"), "toy");
        Assert.Contains($"path:{emulators} qemu-img: not in the mirror, as they are not made of packages", said, StringComparison.Ordinal);
        await _checkout.OutputAsync("gc", "toy");
        Assert.DoesNotContain("making the emulators", await PublishAsync("qcow2"), StringComparison.Ordinal);
        TreeRemover.Remove(emulators);
    }

    [Fact]
    public async Task A_file_of_the_targets_own_is_in_the_bill_of_materials_and_the_provenance()
    {
        _checkout.Write("targets/configs/mine.config", "mine");
        var target = await File.ReadAllTextAsync(Path.Combine(_checkout.Directory, "targets/toy.yaml"));
        _checkout.Write("targets/toy.yaml", target.Replace("variables: {}", "variables: {fragments: [./configs/mine.config]}", StringComparison.Ordinal));
        _checkout.Write("src/recipes/native-sysroot/theirs.config", "theirs");
        _checkout.Recipe(
            "native-sysroot", "cat $FRAGMENTS > /out/fragments",
            "files: native-sysroot\nvariables: {fragments: {type: files, suffix: .config, default: [theirs], meaning: Fragments.}}");
        _checkout.Write("src/recipes/native-sysroot.yaml", (await File.ReadAllTextAsync(Path.Combine(_checkout.Directory, "src/recipes/native-sysroot.yaml")))
            .Replace("environment: {", "environment: {FRAGMENTS: \"${fragments}\", ", StringComparison.Ordinal));
        await _checkout.BuildAsync();
        await PublishAsync();

        var document = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(_directory, "toy-toolchain-1.spdx.json")))!;
        var own = document["packages"]!.AsArray().Single(package => (string)package!["name"]! == "configs/mine.config")!;
        Assert.Equal(Digest.Of("mine").Hex, (string)own["checksums"]![0]!["checksumValue"]!);
        Assert.Contains(document["relationships"]!.AsArray(), each => (string)each!["relatedSpdxElement"]! == (string)own["SPDXID"]! && (string)each["relationshipType"]! == "GENERATED_FROM");
        Assert.Contains(Digest.Of("mine").Hex, await File.ReadAllTextAsync(Path.Combine(_directory, "toy-toolchain-1.provenance.json")), StringComparison.Ordinal);
        Assert.DoesNotContain("mine.config", await File.ReadAllTextAsync(Path.Combine(_directory, "toy-cross-toolchain-1-x86_64.spdx.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_toolchain_is_published_in_the_same_bytes()
    {
        await _checkout.BuildAsync();
        await PublishAsync();
        var before = await File.ReadAllTextAsync(Path.Combine(_directory, "SHA256SUMS"));
        await PublishAsync();
        Assert.Equal(before, await File.ReadAllTextAsync(Path.Combine(_directory, "SHA256SUMS")));
    }

    [Fact]
    public async Task What_is_not_built_is_not_published_and_nothing_is_built_for_it()
    {
        var (exitCode, output, error) = await _checkout.RunAsync("publish", "toy", "--to", "tar", _directory);
        Assert.Equal(1, exitCode);
        Assert.Contains($"'toy' is not built: the store has no artifact for its step native-sysroot.\n  'bootstrap build toy --store {_checkout.Store} --sources upstream' builds it.", error, StringComparison.Ordinal);
        Assert.Empty(output);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory));
    }

    [Fact]
    public async Task An_empty_store_stays_empty()
    {
        var store = Path.Combine(_directory, "store");
        _checkout.Store = store;
        var (exitCode, _, error) = await _checkout.RunAsync("publish", "toy", "--to", "tar", Path.Combine(_directory, "out"));
        Assert.Equal(1, exitCode);
        Assert.Contains("'toy' is not built: the store has not even the host tools for it.", error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(Path.Combine(store, "trees")));
        Assert.Empty(Directory.GetFiles(Path.Combine(store, "pins")));
    }

    [Fact]
    public async Task A_version_has_to_be_named_where_no_gcc_has_one()
    {
        await _checkout.BuildAsync();
        var (exitCode, _, error) = await _checkout.RunAsync("publish", "toy", "--to", "tar", _directory);
        Assert.Equal(2, exitCode);
        Assert.Contains("Name one with --as-version VERSION.", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_whose_documents_would_take_the_place_of_anothers_is_refused()
    {
        await _checkout.BuildAsync();
        await PublishAsync();

        var (exitCode, _, error) = await _checkout.RunAsync("publish", "toy", "--to", "oci-archive", Path.Combine(_directory, "m.tar"), "--as-version", "1");

        Assert.Equal(2, exitCode);
        Assert.Contains("of which 'toy-toolchain-1.provenance.json' would speak no more", error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_directory, "m.tar")));
    }

    [Theory]
    [InlineData("tar", "mkdir DIR && tar -xf {0}/toy-toolchain-1.tar.zst -C DIR")]
    [InlineData("oci", "skopeo copy oci:{0}:toy-1 docker://REGISTRY/NAME")]
    public async Task What_was_made_is_said_first_with_a_command_that_uses_it(string form, string use)
    {
        await _checkout.BuildAsync();
        var output = await _checkout.OutputAsync("publish", "toy", "--to", form, _directory, "--as-version", "1");
        Assert.StartsWith($"toy-toolchain-1 is in {_directory}, to be used by: {string.Format(CultureInfo.InvariantCulture, use, _directory)}\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_said_of_a_publication_can_be_pasted_from_any_directory()
    {
        _checkout.Recipe("image", "truncate -s 1M /out/disk.img\necho kernel > /out/kernel");
        _checkout.Recipe("all", "true", "needs: [{step: image, at: /image}]");
        await _checkout.BuildAsync();
        string[] publish = ["publish", "toy", "--to", "raw", "out", "--as-version", "1"];
        var (_, output, _) = await SmallCheckout.ResultAsync(_checkout.StartWithin(["--chdir", _directory], publish));
        var place = Path.Combine(_directory, "out");
        Assert.StartsWith(
            $"toy-image-1 is in {place}, to be used by: cp {place}/toy-image-1.img DISK && bootstrap boot toy --disk DISK --store {_checkout.Store} --sources upstream\n",
            output,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("12", "there is no such file")]
    [InlineData("2026-13-45", "there is no such file")]
    [InlineData("/etc", "there is no such file")]
    [InlineData("/etc/passwd", "line 1 is not well-formed JSON")]
    public async Task What_a_publication_is_to_be_newer_than_has_to_be_known_whatever_it_says_itself(string value, string why)
    {
        await _checkout.BuildAsync();
        await PublishAsync();

        var (exitCode, _, error) = await _checkout.RunAsync("publish", "--verify", _directory, "--newer-than", value);

        Assert.Equal(2, exitCode);
        Assert.Contains(
            $"--newer-than '{value}' is no serial number, no date such as 2026-11-27 or 2026-11-27T08:00:00Z, and no PUBLISHED.json: {why}.\n", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Expected targets and where they go", "publish", "toy")]
    [InlineData("Expected targets and where they go", "publish", "--to", "tar", "out")]
    [InlineData("--verify takes no targets", "publish", "toy", "--verify", "out")]
    [InlineData("--keyring and --newer-than go with --verify only", "publish", "toy", "--to", "tar", "out", "--keyring", "file")]
    [InlineData("--as-version is '../x', expected letters", "publish", "toy", "--to", "tar", "out", "--as-version", "../x")]
    [InlineData("--to 'zip' is no form of publication", "publish", "toy", "--to", "zip", "out")]
    public async Task What_does_not_go_together_is_a_mistake(string expected, params string[] arguments)
    {
        var (exitCode, output, error) = await _checkout.RunAsync(arguments);
        Assert.Equal(2, exitCode);
        Assert.Contains(expected, output + error, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Named(string name, params string[] endings) => endings.Select(ending => $"{name}.{ending}");

    private async Task BuildImageAsync()
    {
        _checkout.Emulators = InstalledEmulators.Request;
        _checkout.Recipe("image", "truncate -s 64M /out/disk.img\nprintf disk | dd of=/out/disk.img bs=1M seek=1 conv=notrunc\necho kernel > /out/kernel");
        _checkout.Recipe("all", "true", "needs: [{step: image, at: /image}]");
        await _checkout.BuildAsync();
    }

    private async Task<string> PublishAsync(string form = "tar")
    {
        var (exitCode, _, error) = await _checkout.RunAsync("publish", "toy", "--to", form, _directory, "--as-version", "1");
        Assert.True(exitCode == 0, error);
        return error;
    }
}
