namespace Bootstrap.IntegrationTests.Publishing;

/// <summary>Publications that somebody has changed who has no key, or has the key and publishes what nobody should unpack.</summary>
public sealed class HostilePublicationTests
{
    [Theory]
    [InlineData("sed -i 's|url: toolchains:.*|url: https://example.org/x.tar.gz|' elements/toolchain/m68k.bst", "elements/toolchain/m68k.bst: ")]
    [InlineData("sed -i 's|gcc|evil|' include/environment.yml", "include/environment.yml: ")]
    [InlineData("echo 'int main(){}' > example/hello.cc", "example/hello.cc: ")]
    [InlineData("printf 'plugins:\\n- origin: local\\n  path: evil\\n' >> project.conf", "project.conf: ")]
    [InlineData("printf 'elements:\\n  manual:\\n    config: {build-commands: [evil]}\\n' >> include/place.yml", "include/place.yml: expected nothing but 'aliases:' with a URL for 'toolchains'")]
    [InlineData("mkdir .bst && echo x > .bst/workspaces.yml", ".bst/workspaces.yml: BuildStream would take sources from where it says")]
    [InlineData("sed -i '/project.conf/d' files/SHA256SUMS", "signature: bad signature: key")]
    public async Task All_that_BuildStream_reads_is_covered_by_the_signature(string attack, string failure)
    {
        using var signed = await SignedPublication.OfAsync("buildstream");
        Assert.Empty(await signed.FailuresAsync());

        await signed.ShellAsync(attack);

        Assert.Contains(await signed.FailuresAsync(), found => found.StartsWith(failure, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_not_covered_is_named()
    {
        using var signed = await SignedPublication.OfAsync("buildstream");
        await signed.ShellAsync("echo 'kind: stack' > elements/mine.bst; mkdir mine; echo \"aliases: {toolchains: 'https://example.org/'}\" > include/place.yml");

        var others = (await signed.CheckAsync()).Where(check => check.IsOther).Select(check => $"{check.What}: {check.Detail}").ToArray();

        Assert.Equal(3, others.Length);
        Assert.StartsWith("include/place.yml: says that toolchains are at https://example.org/:", others[0], StringComparison.Ordinal);
        Assert.Equal(["elements/mine.bst: not of this publication, and not checked", "mine: not of this publication, and not checked"], others[1..]);
    }

    [Theory]
    [InlineData("rm summary.sig && ostree --repo=. summary --update", "toolchain/m68k/1: signatures: error: GPG verification enabled, but no summary.sig found")]
    [InlineData("rm summary summary.sig", "summary: it is not there, and clients find branches by it")]
    [InlineData("find objects -name '*.commitmeta' -delete", "toolchain/m68k/1: signatures: error: Commit ")]
    [InlineData("ostree --repo=. commit --branch=other tmp && ostree --repo=. rev-parse other > refs/heads/toolchain/m68k/1 && ostree --repo=. summary --update", "summary: it does not say once that toolchain/m68k/1 is ")]
    [InlineData("echo parent=/elsewhere >> config", "repository: it can't be read: its config says 'parent=/elsewhere'")]
    [InlineData("f=$(find objects -name '*.filez' | head -1); rm $f; mkfifo $f", "repository: it can't be read: '")]
    [InlineData("f=$(find objects -name '*.filez' | head -1); mv $f ../elsewhere; ln -s $PWD/../elsewhere $f", "repository: it can't be read: '")]
    [InlineData("f=refs/heads/toolchain/m68k/1; rm $f; mkfifo $f", "repository: it can't be read: '")]
    [InlineData("touch state/$(ostree --repo=. rev-parse toolchain/m68k/1).commitpartial", "repository: it can't be read: it says of the commit of toolchain/m68k/1 that not all of it is there")]
    [InlineData("mkdir state/$(ostree --repo=. rev-parse toolchain/m68k/1).commitpartial", "repository: it can't be read: it says of the commit of toolchain/m68k/1 that not all of it is there")]
    public async Task All_that_leads_a_client_of_OSTree_to_a_commit_is_checked(string attack, string failure)
    {
        using var signed = await SignedPublication.OfAsync("ostree");
        Assert.Empty(await signed.FailuresAsync());

        await signed.ShellAsync(attack);

        Assert.Contains(await signed.FailuresAsync(), found => found.StartsWith(failure, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("oci", "bootstrap/m68k-toolchain-1.json")]
    [InlineData("buildstream", "project.conf")]
    [InlineData("buildstream", "files/m68k-toolchain-1.json")]
    public async Task No_file_is_read_that_has_another_size_than_was_signed(string form, string file)
    {
        using var signed = await SignedPublication.OfAsync(form);

        await signed.ShellAsync($"truncate -s 10G {file}");

        Assert.Contains(await signed.FailuresAsync(), found => found.StartsWith($"{file}: it can't be read: '{file}' has 10737418240 bytes, expected ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Branches_of_others_are_named()
    {
        using var signed = await SignedPublication.OfAsync("ostree");
        await signed.ShellAsync("mkdir ../t && ostree --repo=. commit --branch=other ../t");

        Assert.Contains(await signed.CheckAsync(), check => check is { What: "refs/heads/other", IsOther: true });
    }

    [Theory]
    [InlineData("s/\"architecture\": \"m68k\"/\"architecture\": \"amd64\"/", "m68k-1: index.json says something else of it than its manifest and configuration")]
    [InlineData("s/\"os\": \"linux\"/\"os\": \"linux\", \"OS\": \"windows\"/", "m68k-1: index.json says something else of it than its manifest and configuration")]
    [InlineData("s/GPL-3.0-or-later/MIT/", "m68k-1: index.json says something else of it than its manifest and configuration")]
    [InlineData("s/\"manifests\": \\[/\"manifests\": [null,/", "index.json: it can't be read: ")]
    [InlineData("s/\"manifests\": \\[/\"Manifests\": [], \"manifests\": [/", "index.json: it can't be read: it says things that are not known here")]
    [InlineData("s/\"manifests\": \\[/\"manifests\": [], \"manifests\": [/", "index.json: it can't be read: ")]
    public async Task An_index_says_of_an_image_what_its_manifest_does(string change, string failure)
    {
        using var signed = await SignedPublication.OfAsync("oci");
        Assert.Empty(await signed.FailuresAsync());

        await signed.ShellAsync($"sed -i '{change}' index.json");

        Assert.Contains(await signed.FailuresAsync(), found => found.StartsWith(failure, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_image_is_listed_once_and_those_of_others_are_named()
    {
        using var signed = await SignedPublication.OfAsync("oci");
        var index = await File.ReadAllTextAsync(signed.Publication.InPublished("index.json"));
        var image = index[(index.IndexOf('[', StringComparison.Ordinal) + 1)..index.LastIndexOf(']')];

        await File.WriteAllTextAsync(signed.Publication.InPublished("index.json"), index.Replace("[", $"[{image},", StringComparison.Ordinal));
        Assert.Equal(["m68k-1: index.json has it 2 times"], await signed.FailuresAsync());

        await File.WriteAllTextAsync(signed.Publication.InPublished("index.json"), index.Replace("[", $"[{image.Replace("m68k-1", "latest", StringComparison.Ordinal)},", StringComparison.Ordinal));
        Assert.Empty(await signed.FailuresAsync());
        Assert.Equal(["latest"], (await signed.CheckAsync()).Where(check => check.IsOther).Select(check => check.What));
    }

    [Fact]
    public async Task An_older_publication_is_told_from_the_newer_that_was_taken_before()
    {
        using var signed = await SignedPublication.OfAsync("tar");
        var kept = Path.Combine(signed.Publication.Root, "kept.json");
        await signed.ShellAsync("cp -r . ../older");
        await signed.PublishAsync();
        File.Copy(signed.Publication.InPublished("PUBLISHED.json"), kept);
        Assert.Empty(await signed.FailuresAsync(kept));
        Assert.Empty(await signed.FailuresAsync("2026-01-01"));
        Assert.Contains(await signed.CheckAsync(), check => check.What == "serial number" && check.Detail.Contains(", published 2", StringComparison.Ordinal));

        await signed.ShellAsync("rm * && cp ../older/* .");
        Assert.Empty(await signed.FailuresAsync());
        Assert.Contains($": it is older than {kept}", Assert.Single(await signed.FailuresAsync(kept)), StringComparison.Ordinal);
        Assert.Contains(": it is older than 2999-01-01", Assert.Single(await signed.FailuresAsync("2999-01-01")), StringComparison.Ordinal);

        // Without a keyring nobody asks for a signature, but of what is not signed nobody knows when it was made.
        await signed.ShellAsync("rm *.asc");
        var unsigned = await new Bootstrap.Publishing.Verification.PublicationVerifier(signed.Publication.Processes, null, kept).CheckAsync(signed.Publication.Directory, CancellationToken.None);
        Assert.Equal("PUBLISHED.json is not signed, so nothing that was signed says when it was published", Assert.Single(unsigned, check => check.Trouble is not null).Trouble);
        await signed.ShellAsync("cp ../older/*.asc .");

        await signed.ShellAsync("rm PUBLISHED.json");
        Assert.Equal(["serial number: there is no PUBLISHED.json, so nothing that was signed says when it was published"], await signed.FailuresAsync(kept));
        await Assert.ThrowsAsync<Bootstrap.Platform.DefinitionException>(() => new SignedPublication("tar").FailuresAsync("20261127"));
    }

    [Theory]
    [InlineData("echo x >> SHA256SUMS; printf '{' > m68k-toolchain-1.json", "signature: bad signature: key")]
    [InlineData("rm SHA256SUMS.asc", "signature: there is no SHA256SUMS.asc")]
    [InlineData("cp PUBLISHED.json.asc SHA256SUMS.asc", "signature: bad signature: key")]
    [InlineData("sed -i s/serial/Serial/ PUBLISHED.json", "serial number: bad signature: key")]
    public async Task Nothing_is_read_before_its_signature_held(string attack, string failure)
    {
        using var signed = await SignedPublication.OfAsync("tar");

        await signed.ShellAsync(attack);

        Assert.StartsWith(failure, Assert.Single(await signed.FailuresAsync()), StringComparison.Ordinal);
        Assert.InRange((await signed.CheckAsync()).Length, 1, 2);
    }

    [Theory]
    [InlineData("rm $f; ln -s /dev/zero $f", ": it can't be read: 'm68k-toolchain-1.tar.gz' is no regular file, or reached through a link")]
    [InlineData("rm $f; mkfifo $f", ": it can't be read: 'm68k-toolchain-1.tar.gz' is no regular file, or reached through a link")]
    [InlineData("mv $f ../elsewhere; ln -s ../elsewhere $f", ": it can't be read: 'm68k-toolchain-1.tar.gz' is no regular file, or reached through a link")]
    [InlineData("truncate -s 10G $f", ": it can't be read: 'm68k-toolchain-1.tar.gz' has 10737418240 bytes, expected ")]
    [InlineData("rm $f; mkdir $f", ": it can't be read: 'm68k-toolchain-1.tar.gz' is no regular file, or reached through a link")]
    [InlineData("rm $f", ": the file is not there")]
    public async Task What_takes_the_place_of_a_file_is_neither_followed_nor_waited_for(string attack, string failure)
    {
        using var signed = await SignedPublication.OfAsync("tar");

        await signed.ShellAsync($"f=m68k-toolchain-1.tar.gz; {attack}");

        Assert.Contains(await signed.FailuresAsync().WaitAsync(TimeSpan.FromSeconds(20)), found => found.StartsWith("m68k-toolchain-1.tar.gz" + failure, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--mtime=@1735689601", "bears another time than 2025-01-01T00:00:00Z")]
    [InlineData("--mtime=@1735689600 --owner=:4711", "belongs to another user than 0")]
    [InlineData("--mtime=@1735689600 --owner=somebody:0", "belongs to another user than 0")]
    [InlineData("--mtime=@1735689600 --format=pax", "is written in the format Pax")]
    [InlineData("--mtime=@1735689600 --sparse", "it is no whole tar archive: Entry type 'SparseFile' not supported")]
    public async Task An_archive_with_what_no_archive_of_ours_has_is_refused(string how, string failure)
    {
        using var signed = await SignedPublication.OfAsync("tar");
        await signed.ShellAsync($$"""
            mkdir t; tar -xzpf m68k-toolchain-1.tar.gz -C t; truncate -s 1M t/usr/lib/hole
            tar --format=gnu {{(how.Contains("somebody", StringComparison.Ordinal) ? "" : "--numeric-owner")}} --owner=0 --group=0 {{how}} -czf m68k-toolchain-1.tar.gz -C t .
            rm -r t
            """);
        await signed.ResignAsync();

        Assert.Contains(await signed.FailuresAsync(), found => found.StartsWith("m68k-toolchain-1.tar.gz: content: it can't be read: ", StringComparison.Ordinal) && found.Contains(failure, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("echo trailing >> u")]
    [InlineData("cat u u > v; mv v u")]
    public async Task Nothing_may_follow_the_end_of_an_archive(string attack)
    {
        using var signed = await SignedPublication.OfAsync("tar");
        await signed.ShellAsync($"gunzip -c m68k-toolchain-1.tar.gz > u; {attack}; gzip -c u > m68k-toolchain-1.tar.gz; rm u");
        await signed.ResignAsync();

        Assert.Contains("m68k-toolchain-1.tar.gz: content: it can't be read: something follows behind the end of the archive", await signed.FailuresAsync());
    }

    [Theory]
    [InlineData("s/\"files\": \\[/\"files\": [null,/", "spdx.json")]
    [InlineData("s/\"subject\": \\[/\"subject\": [null,/", "provenance.json")]
    [InlineData("s/\"sources\": \\[/\"sources\": [null,/", "json")]
    [InlineData("1s/.*/{\"sources\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[/", "json")]
    public async Task Documents_with_nulls_and_deep_ones_are_a_failed_check(string change, string document)
    {
        using var signed = await SignedPublication.OfAsync("tar");
        await signed.ShellAsync($"sed -i '{change}' m68k-toolchain-1.{document}");
        await signed.ResignAsync();

        Assert.StartsWith("m68k-toolchain-1: what is said of it can't be read: ", Assert.Single(await signed.FailuresAsync()), StringComparison.Ordinal);
    }
}
