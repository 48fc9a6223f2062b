using System.Collections.Immutable;
using Bootstrap.Platform;
using Bootstrap.Publishing.Verification;

namespace Bootstrap.IntegrationTests.Publishing;

public sealed class VerificationTests : IDisposable
{
    private readonly Publication _publication = new();

    public void Dispose() => _publication.Dispose();

    [Theory]
    [InlineData("tar", 10)]
    [InlineData("oci", 7)]
    [InlineData("oci-archive", 7)]
    [InlineData("ostree", 9)]
    [InlineData("buildstream", 16)]
    public async Task What_was_published_holds(string form, int checks)
    {
        await PublishAsync(form);
        var found = await CheckAsync();
        Assert.Empty(Failures(found));
        Assert.Equal(checks, found.Length);
    }

    [Fact]
    public async Task A_file_that_was_changed_is_named()
    {
        await PublishAsync("tar");
        await File.AppendAllTextAsync(_publication.InPublished("m68k-toolchain-1.tar.gz"), "x");

        var failures = Failures(await CheckAsync());

        Assert.Contains(failures, failure => failure.StartsWith("m68k-toolchain-1.tar.gz: its SHA-256 is", StringComparison.Ordinal));
        Assert.Contains(failures, failure => failure.StartsWith("m68k-toolchain-1.tar.gz: provenance: it is", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("oci", "bootstrap/m68k-toolchain-1.json")]
    [InlineData("tar", "m68k-toolchain-1.spdx.json")]
    [InlineData("buildstream", "project.conf")]
    [InlineData("buildstream", "elements/toolchain/m68k.bst")]
    public async Task No_text_is_read_that_is_too_long_for_one_though_nobody_signed_its_size(string form, string file)
    {
        await PublishAsync(form);
        using (var large = File.OpenWrite(_publication.InPublished(file)))
            large.SetLength(10L << 30);

        Assert.Contains($"{file}: it can't be read: '{file}' has 10737418240 bytes, expected 268435456 at most", Failures(await CheckAsync()));
    }

    [Theory]
    [InlineData("echo other >> usr/bin/gcc")]
    [InlineData("chmod 4755 usr/bin/gcc")]
    [InlineData("touch usr/bin/another")]
    [InlineData("ln -sf elsewhere usr/bin/cc")]
    public async Task An_archive_of_another_tree_is_found_even_if_its_checksums_are_right(string change)
    {
        await PublishAsync("tar");
        await ShellAsync($"""
            mkdir t
            tar -xzpf m68k-toolchain-1.tar.gz -C t
            (cd t; {change})
            tar --format=gnu --numeric-owner --owner=0 --group=0 --mtime=@1735689600 -czf m68k-toolchain-1.tar.gz -C t .
            rm -r t
            sum=$(sha256sum m68k-toolchain-1.tar.gz | cut -c 1-64)
            old=$(sed -n 's/  m68k-toolchain-1.tar.gz$//p' SHA256SUMS)
            sed -i "s/$old/$sum/" m68k-toolchain-1.provenance.json
            sha256sum m68k-* > SHA256SUMS
            """);

        var failure = Assert.Single(Failures(await CheckAsync()));

        Assert.StartsWith("m68k-toolchain-1.tar.gz: content: the manifest of what it holds is ", failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bill_of_materials_of_other_files_is_found()
    {
        await PublishAsync("tar");
        await ShellAsync("sed -i 's|./usr/bin/gcc|./usr/bin/tcc|' m68k-toolchain-1.spdx.json && sha256sum m68k-* > SHA256SUMS");

        var failures = Failures(await CheckAsync());

        Assert.Equal(2, failures.Length);
        Assert.All(failures, failure => Assert.EndsWith("the bill of materials is of other files, for one of ./usr/bin/gcc", failure, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_blob_that_is_gone_or_another_is_found()
    {
        await PublishAsync("oci");
        var blob = Directory.GetFiles(_publication.InPublished("blobs/sha256")).MinBy(file => new FileInfo(file).Length)!;
        await File.AppendAllTextAsync(blob, " ");

        Assert.Contains(Failures(await CheckAsync()), failure => failure.Contains(Path.GetFileName(blob), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_branch_that_was_moved_on_is_found()
    {
        await PublishAsync("ostree");
        _publication.Write("usr/bin/gcc", "another compiler", 0b111_101_101);
        await ShellAsync($"ostree --repo=. commit --branch=toolchain/m68k/1 '{_publication.Tree}'");

        Assert.Contains(Failures(await CheckAsync()), failure => failure.StartsWith("toolchain/m68k/1: content:", StringComparison.Ordinal));
        Assert.Contains(Failures(await CheckAsync()), failure => failure.StartsWith("toolchain/m68k/1: provenance:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Hostile_checksums_and_statements_reach_no_other_file()
    {
        await PublishAsync("tar");
        await File.WriteAllTextAsync(Path.Combine(_publication.Root, "secret"), "secret");
        await ShellAsync("""
            sed -i 's|m68k-toolchain-1.tar.gz|../secret|' m68k-toolchain-1.provenance.json
            sha256sum m68k-* ../secret > SHA256SUMS
            """);

        var failures = Failures(await CheckAsync());

        Assert.Contains("../secret: SHA256SUMS speaks of a file in another directory", failures);
        Assert.Contains("../secret: provenance: it is not there", failures);
    }

    [Fact]
    public async Task Documents_that_can_t_be_read_are_a_failed_check()
    {
        await PublishAsync("tar");
        await ShellAsync("echo '{\"target\": 7}' > m68k-toolchain-1.json && sha256sum m68k-* > SHA256SUMS");

        Assert.StartsWith("m68k-toolchain-1: what is said of it can't be read: ", Assert.Single(Failures(await CheckAsync())), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_without_a_publication_is_a_mistake()
    {
        Directory.CreateDirectory(_publication.Directory);
        var failure = await Assert.ThrowsAsync<DefinitionException>(CheckAsync);
        Assert.Contains("holds no publication: there is no SHA256SUMS", failure.Message, StringComparison.Ordinal);
    }

    private static string[] Failures(IEnumerable<PublicationCheck> checks) =>
        [.. checks.Where(check => check.Trouble is not null).Select(check => $"{check.What}: {check.Trouble}")];

    private Task<ImmutableArray<PublicationCheck>> CheckAsync() =>
        new PublicationVerifier(_publication.Processes, keyring: null).CheckAsync(_publication.Directory, CancellationToken.None);

    private async Task ShellAsync(string script)
    {
        var result = await _publication.RunAsync("sh", "-euc", script);
        Assert.True(result.ExitCode == 0, result.Error);
    }

    private async Task PublishAsync(string form) => await _publication.PublishAsAsync(
        form, form == "oci-archive" ? _publication.InPublished("image.tar") : null, null, CancellationToken.None, _publication.Published());
}
