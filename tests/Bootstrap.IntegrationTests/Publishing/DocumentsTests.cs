using System.Text.Json;
using Bootstrap.Platform;

namespace Bootstrap.IntegrationTests.Publishing;

/// <summary>What lies beside a publication: names of the fields are those of SPDX 2.3, in-toto's statement v1 and SLSA's provenance v1.</summary>
public sealed class DocumentsTests : IDisposable
{
    private readonly Publication _publication = new();

    public void Dispose() => _publication.Dispose();

    [Fact]
    public async Task The_bill_of_materials_has_every_file_with_its_digests()
    {
        using var document = await ReadAsync("m68k-toolchain-1.spdx.json");
        var files = document.RootElement.GetProperty("files").EnumerateArray().ToDictionary(file => file.GetProperty("fileName").GetString()!);

        Assert.Equal(6, files.Count);
        var expected = await _publication.RunAsync("sh", "-c", $"sha1sum '{_publication.InTree("usr/bin/gcc")}'; sha256sum '{_publication.InTree("usr/bin/gcc")}'");
        var digests = files["./usr/bin/gcc"].GetProperty("checksums").EnumerateArray()
            .Select(checksum => (checksum.GetProperty("algorithm").GetString(), checksum.GetProperty("checksumValue").GetString()));
        var lines = expected.Output.Split('\n');
        Assert.Equal([("SHA1", lines[0].Split(' ')[0]), ("SHA256", lines[1].Split(' ')[0])], digests);
    }

    [Fact]
    public async Task The_bill_of_materials_relates_the_toolchain_to_its_sources_patches_and_host_tools()
    {
        using var document = await ReadAsync("m68k-toolchain-1.spdx.json");
        var root = document.RootElement;
        var names = root.GetProperty("packages").EnumerateArray()
            .ToDictionary(package => package.GetProperty("SPDXID").GetString()!, package => package.GetProperty("name").GetString()!);
        names.Add("SPDXRef-DOCUMENT", "document");
        var relationships = root.GetProperty("relationships").EnumerateArray()
            .Select(each => (From: each.GetProperty("spdxElementId").GetString()!, Type: each.GetProperty("relationshipType").GetString(), To: each.GetProperty("relatedSpdxElement").GetString()!))
            .Where(each => names.ContainsKey(each.To))
            .Select(each => $"{names[each.From]} {each.Type} {names[each.To]}");

        string[] expected =
        [
            "document DESCRIBES m68k-toolchain-1",
            "m68k-toolchain-1 GENERATED_FROM gmp", "0000-fix.patch PATCH_APPLIED gmp", "m68k-toolchain-1 GENERATED_FROM make",
            "debian host tools BUILD_TOOL_OF m68k-toolchain-1", "debian host tools CONTAINS g++",
        ];
        Assert.Equal(expected, relationships);
        Assert.Equal("SPDX-2.3", root.GetProperty("spdxVersion").GetString());
    }

    [Fact]
    public async Task A_source_in_Debian_s_form_claims_no_download_that_would_be_another_file()
    {
        using var document = await ReadAsync("m68k-toolchain-1.spdx.json");
        var packages = document.RootElement.GetProperty("packages").EnumerateArray().ToDictionary(package => package.GetProperty("name").GetString()!);

        Assert.Equal("https://example.org/gmp-6.3.0.tar.xz", packages["gmp"].GetProperty("downloadLocation").GetString());
        Assert.Equal("LGPL-3.0-or-later OR GPL-2.0-or-later", packages["gmp"].GetProperty("licenseDeclared").GetString());
        Assert.Equal("NOASSERTION", packages["make"].GetProperty("downloadLocation").GetString());
        Assert.Contains("make-dfsg", packages["make"].GetProperty("sourceInfo").GetString(), StringComparison.Ordinal);
        Assert.Equal("GPL-3.0-or-later AND (LGPL-3.0-or-later OR GPL-2.0-or-later)", packages["m68k-toolchain-1"].GetProperty("licenseDeclared").GetString());
        Assert.Equal("pkg:deb/debian/g%2B%2B@4%3A14.2.0-1", packages["g++"].GetProperty("externalRefs")[0].GetProperty("referenceLocator").GetString());
    }

    [Fact]
    public async Task The_provenance_names_the_archives_the_keys_of_the_steps_and_all_materials()
    {
        using var document = await ReadAsync("m68k-toolchain-1.provenance.json");
        var root = document.RootElement;

        Assert.Equal("https://in-toto.io/Statement/v1", root.GetProperty("_type").GetString());
        Assert.Equal("https://slsa.dev/provenance/v1", root.GetProperty("predicateType").GetString());
        Assert.Equal(
            [("m68k-toolchain-1.tar.gz", OfFile("m68k-toolchain-1.tar.gz")), ("m68k-toolchain-1.tar.zst", OfFile("m68k-toolchain-1.tar.zst"))],
            root.GetProperty("subject").EnumerateArray().Select(NameAndDigest));
        var definition = root.GetProperty("predicate").GetProperty("buildDefinition");
        Assert.Equal(Digest.Of("key").Hex, definition.GetProperty("internalParameters").GetProperty("steps").GetProperty("native-sysroot").GetString());
        Assert.Equal(
            [("gmp", Digest.Of("gmp").Hex), ("gmp: 0000-fix.patch", Digest.Of("patch").Hex), ("make", Digest.Of("make").Hex), ("g++ 4:14.2.0-1", Digest.Of("g++").Hex),
                ("manifest of the debian host tools", Digest.Of("host tools").Hex)],
            definition.GetProperty("resolvedDependencies").EnumerateArray().Select(NameAndDigest));
    }

    private string? OfFile(string name) => Digest.OfFile(_publication.InPublished(name)).Hex;

    private static (string?, string?) NameAndDigest(JsonElement resource) =>
        (resource.GetProperty("name").GetString(), resource.GetProperty("digest").GetProperty("sha256").GetString());

    private async Task<JsonDocument> ReadAsync(string name)
    {
        await _publication.PublishAsync();
        return JsonDocument.Parse(await File.ReadAllTextAsync(_publication.InPublished(name)));
    }
}
