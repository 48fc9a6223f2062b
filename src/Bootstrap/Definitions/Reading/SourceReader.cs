using System.Collections.Immutable;
using Bootstrap.Platform;

namespace Bootstrap.Definitions.Reading;

/// <summary>Reads src/sources/NAME.yaml.</summary>
internal static class SourceReader
{
    public static Source Read(MapCursor map, DefinitionFile file, Findings findings)
    {
        var files = new FileReferences(file, findings.Problems);
        var source = new Source
        {
            Name = map.Name(file),
            Version = map.Text("version", TextRule.Version),
            Licence = map.Text("licence", TextRule.Licence),
            Upstream = ReadOnlyTarball(map.Map("upstream", "an upstream release")),
            Debian = ReadDebian(map.OptionalMap("debian", "a Debian package"), files, findings.Problems),
            Patches = files.Patches(map.Items("patches")),
            Location = map.Location,
        };
        map.End();
        return source;
    }

    /// <summary>Reads where a tarball can be had and what it is, and of a source's also who signed it.</summary>
    public static UpstreamTarball ReadTarball(MapCursor map, bool signed = true)
    {
        var tarball = new UpstreamTarball(map.Urls("urls"), ReadDigest(map));
        return signed ? tarball with { Signature = SignatureReader.Read(map.OptionalMap("signature", "a signature"), tarball.Urls) } : tarball;
    }

    /// <summary>Reads a mapping that holds a tarball and nothing else.</summary>
    public static UpstreamTarball ReadOnlyTarball(MapCursor? map, bool signed = true)
    {
        if (map is null)
            return new UpstreamTarball([], default);

        var tarball = ReadTarball(map, signed);
        map.End();
        return tarball;
    }

    private static DebianTarball? ReadDebian(MapCursor? map, FileReferences files, Problems problems)
    {
        if (map is null)
            return null;

        var binary = map.OptionalText("binary", TextRule.DebianPackage);
        var source = map.OptionalText("source", TextRule.DebianPackage);
        if ((binary is null) == (source is null))
        {
            var given = binary is null ? "neither 'binary' nor 'source'" : "both 'binary' and 'source'";
            problems.Add(map.Location, $"a Debian package with {given}, expected one of them");
        }

        var isPartOfSource = binary is null && source is not null;
        var tarball = new DebianTarball
        {
            Package = binary ?? source ?? "",
            Suite = map.Text("suite", TextRule.Name),
            Kind = isPartOfSource ? DebianPackageKind.Source : DebianPackageKind.Binary,
            File = map.Text("file", isPartOfSource ? TextRule.FileName : TextRule.RelativePath),
            Sha256 = ReadDigest(map),
            Patches = files.Patches(map.Items("patches")),
        };
        map.End();
        return tarball;
    }

    private static Digest ReadDigest(MapCursor map) =>
        Digest.TryParse(map.Text("sha256", TextRule.Sha256), out var digest) ? digest : default;
}
