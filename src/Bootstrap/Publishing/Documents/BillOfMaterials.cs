using System.Security.Cryptography;
using System.Text;
using Bootstrap.HostTools;

namespace Bootstrap.Publishing.Documents;

/// <summary>The bill of materials of a published tree: its files, the sources and patches that they were generated from, the host tools that built them.</summary>
internal static class BillOfMaterials
{
    private const string Toolchain = "SPDXRef-Toolchain";
    private const string HostTools = "SPDXRef-HostTools";

    // What the specification (6.5) has documents of creators without a site of their own begin with.
    private const string Namespace = "https://spdx.org/spdxdocs/";

    public static SpdxDocument Of(PublishedTree published, CancellationToken cancel)
    {
        var facts = published.Facts;
        var files = FilesOf(published, cancel);
        var sources = facts.Sources.SelectMany(WithPatches).Concat(facts.OwnFiles.Select(OwnFile)).ToImmutableArray();
        var tools = ToolsOf(facts.HostTools).ToImmutableArray();
        return new SpdxDocument(
            facts.BaseName,
            $"{Namespace}{facts.BaseName}-{Digest.Of(PublishingJson.Write(facts, PublishingJson.Manifest))}",
            new SpdxCreation(ReproducibleTime.Text, [$"Tool: {ToolVersion.Name}-{ToolVersion.Value}"], "The time is the one of all published files, so that the same toolchain has the same document."),
            [Toolchain],
            [ToolchainOf(facts, files), .. sources.Select(element => element.Package), .. tools.Select(element => element.Package)],
            files,
            [
                new SpdxRelationship(SpdxDocument.Identifier, "DESCRIBES", Toolchain),
                .. files.Select(file => new SpdxRelationship(Toolchain, "CONTAINS", file.Id)),
                .. sources.Concat(tools).Select(element => element.Relationship),
            ]);
    }

    private static SpdxPackage ToolchainOf(ToolchainManifest facts, ImmutableArray<SpdxFile> files) => new(facts.BaseName, Toolchain)
    {
        VersionInfo = facts.Version,
        FilesAnalyzed = true,
        PackageVerificationCode = new SpdxVerificationCode(VerificationCode(files)),
        LicenseDeclared = facts.Licences,
        PrimaryPackagePurpose = "ARCHIVE",
    };

    private static IEnumerable<(SpdxPackage Package, SpdxRelationship Relationship)> WithPatches(PublishedSource source)
    {
        var id = Identifier("Source", source.Name);
        var asPublished = source.DebianPackage is null && Uri.TryCreate(source.Url, UriKind.Absolute, out _);
        var package = new SpdxPackage(source.Name, id)
        {
            VersionInfo = source.Version,
            DownloadLocation = asPublished ? source.Url : SpdxDocument.NoAssertion,
            SourceInfo = source.DebianPackage is { } debian ? $"The tarball that Debian's package {debian} carries; upstream publishes the version as {source.Url}" : null,
            Checksums = Sha256(source.Sha256),
            LicenseDeclared = source.Licence,
            PrimaryPackagePurpose = "SOURCE",
        };
        yield return (package, new SpdxRelationship(Toolchain, "GENERATED_FROM", id));
        foreach (var patch in source.Patches)
        {
            var patched = PackageOf(patch, Identifier("Patch", $"{source.Name}-{patch.Name}"));
            yield return (patched, new SpdxRelationship(patched.Id, "PATCH_APPLIED", id));
        }
    }

    private static (SpdxPackage Package, SpdxRelationship Relationship) OwnFile(NamedFile file)
    {
        var own = PackageOf(file, Identifier("OwnFile", file.Name));
        return (own, new SpdxRelationship(Toolchain, "GENERATED_FROM", own.Id));
    }

    private static SpdxPackage PackageOf(NamedFile file, string id) => new(file.Name, id) { Checksums = Sha256(file.Sha256), PrimaryPackagePurpose = "FILE" };

    private static IEnumerable<(SpdxPackage Package, SpdxRelationship Relationship)> ToolsOf(PublishedHostTools tools)
    {
        var all = new SpdxPackage($"{tools.Provider} host tools", HostTools)
        {
            VersionInfo = tools.Content.Hex,
            SourceInfo = "The version is the SHA-256 of the manifest of the sysroot's files.",
            PrimaryPackagePurpose = "OPERATING_SYSTEM",
        };
        yield return (all, new SpdxRelationship(HostTools, "BUILD_TOOL_OF", Toolchain));
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var package in tools.Packages)
        {
            var tool = new SpdxPackage(package.Name, Identifier("HostTool", names.Add(package.Name) ? package.Name : $"{package.Name}-{package.Version}"))
            {
                VersionInfo = package.Version,
                Checksums = Sha256(package.Sha256),
                ExternalRefs = HostToolsProviders.Kind(tools.Provider)?.PackageUrl(package.Name, package.Version) is { } url ? [new SpdxReference("PACKAGE-MANAGER", "purl", url)] : null,
                PrimaryPackagePurpose = "INSTALL",
            };
            yield return (tool, new SpdxRelationship(HostTools, "CONTAINS", tool.Id));
        }
    }

    private static ImmutableArray<SpdxFile> FilesOf(PublishedTree published, CancellationToken cancel)
    {
        var entries = published.Manifest.Entries.Where(entry => entry.Type == EntryType.File).ToArray();
        var files = new SpdxFile[entries.Length];
        Parallel.For(0, entries.Length, new ParallelOptions { CancellationToken = cancel }, index =>
        {
            var entry = entries[index];
            using var content = File.OpenRead(Path.Combine(published.Tree, entry.Path));
            // The format asks for it, and for nothing that anybody trusts it for: the SHA-256 stands beside it.
#pragma warning disable CA5350
            var sha1 = Convert.ToHexStringLower(SHA1.HashData(content));
#pragma warning restore CA5350
            files[index] = new SpdxFile(
                $"./{entry.Path}", string.Create(CultureInfo.InvariantCulture, $"SPDXRef-File-{index}"), [new SpdxChecksum("SHA1", sha1), .. Sha256(entry.Digest!.Value)]);
        });
        return [.. files];
    }

    // Section 7.9 of the specification: the SHA-1 of all files' SHA-1 in ascending order, without anything between them.
    private static string VerificationCode(ImmutableArray<SpdxFile> files)
    {
        var all = string.Concat(files.Select(file => file.Checksums[0].ChecksumValue).Order(StringComparer.Ordinal));
#pragma warning disable CA5350
        return Convert.ToHexStringLower(SHA1.HashData(Encoding.ASCII.GetBytes(all)));
#pragma warning restore CA5350
    }

    private static ImmutableArray<SpdxChecksum> Sha256(Digest digest) => [new SpdxChecksum("SHA256", digest.Hex)];

    // Letters, digits, dots and hyphens are all that an identifier may hold.
    private static string Identifier(string kind, string name) => $"SPDXRef-{kind}-" + string.Concat(name.Select(letter =>
        char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' ? letter.ToString() : string.Create(CultureInfo.InvariantCulture, $".{(int)letter:X2}")));
}
