namespace Bootstrap.Definitions.Reading;

/// <summary>Reads src/sources/NAME.yaml, or NAME-VERSION.yaml where there are several versions.</summary>
internal static class SourceReader
{
    public static readonly Mapping UnsignedTarball = new("a tarball");
    private static readonly Value<Digest> Sha256 = Values.Text(TextRule.Sha256).As(text => Digest.TryParse(text, out var digest) ? digest : default);
    private static readonly Key<ImmutableArray<Uri>> Urls = UnsignedTarball.Required(
        "urls", Values.Urls, "Where the tarball can be had; the first that answers is taken.");
    private static readonly Key<Digest> TarballDigest = UnsignedTarball.Required("sha256", Sha256, "The checksum that the tarball must have.");

    private static readonly Mapping AnySignature = new("a signature");
    private static readonly Key<string> Signs = AnySignature.Optional(
        "signs", Values.Words("archive", "tar"), "archive",
        "What is signed: the `archive` as it is downloaded, or the `tar` within its compression.");

    private static readonly Mapping SuffixedSignature = new("a signature beside the tarball", AnySignature);
    private static readonly Key<string> Suffix = SuffixedSignature.Required(
        "suffix", TextRule.Suffix, "What follows the tarball's URL, or that of the `.tar` in it, in the URL of the signature.");

    private static readonly Mapping PlacedSignature = new("a signature with URLs of its own", AnySignature);
    private static readonly Key<ImmutableArray<Uri>> SignatureUrls = PlacedSignature.Required(
        "urls", Values.Urls, "Where the signature can be had; the first that answers is taken.");

    public static readonly Mapping Tarball = new("an upstream release", UnsignedTarball);
    private static readonly Key<Func<ImmutableArray<Uri>, TarballSignature?>> Signature = Tarball.Optional(
        "signature",
        Values.OneOf<Func<ImmutableArray<Uri>, TarballSignature?>>(
            "a signature",
            _ => null,
            ("suffix", Values.Object(SuffixedSignature, ReadSuffixed, null!)),
            ("urls", Values.Object(PlacedSignature, ReadPlaced, null!))),
        "The detached OpenPGP signature that its project publishes; `sources fetch --keyring` checks it.");

    private static readonly Mapping DebianPackage = new("a Debian package");
    private static readonly Key<string> Suite = DebianPackage.Required("suite", TextRule.Name, "The suite of Debian that has the package.");
    private static readonly Key<string?> PackageVersion = DebianPackage.OrNull(
        "version", TextRule.Version, "The version that Debian has, where it is not that of the project's tarball.");
    private static readonly Key<string> Package = DebianPackage.Required(
        "source", TextRule.DebianPackage, "The source package of which the tarball is a part.");
    private static readonly Key<string> FileOfPackage = DebianPackage.Required("file", TextRule.FileName, "The file of the package.");
    private static readonly Key<string?> Within = DebianPackage.OrNull(
        "within", TextRule.RelativePath, "The tarball's path within that file, where the file is not the tarball.");
    private static readonly Key<Digest> PackageDigest = DebianPackage.Required("sha256", Sha256, "The checksum that the tarball must have.");
    private static readonly Key<ImmutableArray<Patch>> PackagePatches = DebianPackage.Optional(
        "patches", FileValues.Patches, "Patch files that mend what Debian left out; they are applied to this form only, before the source's own.");

    private static readonly Mapping Source = new("a source");
    private static readonly Key<string> Name = Source.Required(
        "name",
        Values.Text(TextRule.Name).Refuse((name, _, context) => name.Length == 0 || name == context.File.Name || context.File.Name.StartsWith(name + "-", StringComparison.Ordinal)
            ? null
            : $"'name' is {Problems.Quote(name)}, expected {Problems.Quote(context.File.Name)} as the file is named, or that without the version at its end"),
        "The source's name: that of the file, without `.yaml`, and without `-VERSION` where each version has a file of its own.");
    private static readonly Key<string> Version = Source.Required("version", TextRule.Version, "The version that is built.");
    private static readonly Key<string> Licence = Source.Required("licence", TextRule.Licence, "The licence, as an SPDX expression.");
    private static readonly Key<UpstreamTarball> Upstream = Source.Required(
        "upstream", Values.Object(Tarball, ReadTarball, new UpstreamTarball([], default)), "The release tarball as its project publishes it.");
    private static readonly Key<DebianTarball?> Debian = Source.OrNull(
        "debian",
        Values.Object(DebianPackage, ReadPackage, null!),
        "The same version as Debian ships it, for hosts that reach Debian's archive and not upstream.");
    private static readonly Key<ImmutableArray<Patch>> Patches = Source.Optional(
        "patches", FileValues.Patches, "Patch files that are applied to either form, in this order, with `-p1`.");
    public static readonly Value<Source> Value = Values.Object(Source, Read, null!);

    public static UpstreamTarball ReadTarball(MapCursor map)
    {
        var tarball = ReadUnsignedTarball(map);
        return tarball with { Signature = map.Read(Signature)(tarball.Urls) };
    }

    public static UpstreamTarball ReadUnsignedTarball(MapCursor map) => new(map.Read(Urls), map.Read(TarballDigest));

    private static Source Read(MapCursor map) => new()
    {
        Name = map.Read(Name),
        Version = map.Read(Version),
        Licence = map.Read(Licence),
        Upstream = map.Read(Upstream),
        Debian = map.Read(Debian),
        Patches = map.Read(Patches),
        Location = map.Location,
    };

    private static DebianTarball ReadPackage(MapCursor map) => new()
    {
        Package = map.Read(Package),
        Suite = map.Read(Suite),
        Version = map.Read(PackageVersion),
        File = map.Read(FileOfPackage),
        Within = map.Read(Within),
        Sha256 = map.Read(PackageDigest),
        Patches = map.Read(PackagePatches),
    };

    private static Func<ImmutableArray<Uri>, TarballSignature?> ReadPlaced(MapCursor map)
    {
        var signature = new TarballSignature(map.Read(SignatureUrls), map.Read(Signs) == "tar");
        return _ => signature;
    }

    private static Func<ImmutableArray<Uri>, TarballSignature?> ReadSuffixed(MapCursor map)
    {
        var (suffix, ofTar) = (map.Read(Suffix), map.Read(Signs) == "tar");
        return tarballs => new TarballSignature([.. tarballs.Select(Beside)], ofTar);

        // A signature of the tar archive itself is named after that: linux-6.12.tar.sign beside linux-6.12.tar.xz.
        Uri Beside(Uri tarball)
        {
            var name = tarball.AbsoluteUri;
            var compression = name.LastIndexOf(".tar.", StringComparison.Ordinal) + ".tar".Length;
            return new Uri((ofTar && compression >= ".tar".Length ? name[..compression] : name) + suffix);
        }
    }
}

/// <summary>Reads src/releases/NAME.yaml.</summary>
internal static class ReleaseReader
{
    private static readonly Mapping Release = new("a release");
    private static readonly Key<string> Name = Release.Required("name", Values.OwnName, "The release's name: that of the file, without `.yaml`; `default` is taken where no other is named.");
    private static readonly Key<string> Description = Release.Required("description", TextRule.Line, "What it is of, for people.");
    private static readonly Key<LocatedText?> BasedOn = Release.OrNull(
        "based-on", Values.Reference(DefinitionKind.Release), "The release whose versions hold where this one names none.");
    private static readonly Key<ImmutableSortedDictionary<string, LocatedText>> Versions = Release.Optional(
        "versions", Values.Map(Values.SourceName, Values.Text(TextRule.Version).Located()),
        "The version of each source that is built; a source with one version alone need not be named.");
    public static readonly Value<Release> Value = Values.Object(
        Release, map => new Release(map.Read(Name), map.Read(Description), map.Read(BasedOn), map.Read(Versions), map.Location), null!);
}
