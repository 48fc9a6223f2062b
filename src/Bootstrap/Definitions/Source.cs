namespace Bootstrap.Definitions;

/// <summary>One upstream release that recipes build from, pinned by checksum in each form it can be had in.</summary>
public sealed record Source
{
    public required string Name { get; init; }
    public required string Version { get; init; }
    public required string Licence { get; init; }
    public required UpstreamTarball Upstream { get; init; }
    public required DebianTarball? Debian { get; init; }
    public required ImmutableArray<Patch> Patches { get; init; }
    public required Location Location { get; init; }

    /// <summary>What tells it from every other source and from its own other versions.</summary>
    public string Title => $"{Name} {Version}";

    /// <summary>The digest of the tarball in one form, or null.</summary>
    public Digest? Archive(SourceVariant variant) => variant == SourceVariant.Debian ? Debian?.Sha256 : Upstream.Sha256;
}

/// <summary>A set of versions, one of each source that has several.</summary>
/// <param name="BasedOn">The release whose versions hold where this one names none, or null.</param>
public sealed record Release(
    string Name, string Description, LocatedText? BasedOn, ImmutableSortedDictionary<string, LocatedText> Versions, Location Location)
{
    /// <summary>The release that is taken where neither the user nor the target names one.</summary>
    public const string Default = "default";
}

/// <summary>A source in the form that was chosen for this store.</summary>
public sealed record PinnedSource(Source Source, SourceVariant Variant)
{
    /// <summary>The digest of its tarball.</summary>
    /// <exception cref="DefinitionException">The source has no such form.</exception>
    public Digest Archive => Source.Archive(Variant)
        ?? throw new DefinitionException($"{Source.Location}: source '{Source.Name}' has no 'debian' entry.");

    /// <summary>What its tarball is called by those who publish it: a plain file name.</summary>
    public string FileName
    {
        get
        {
            var url = Source.Upstream.Urls.FirstOrDefault(url => Protocols.Download.Contains(url.Scheme));
            var published = Path.GetFileName(Variant == SourceVariant.Debian ? Source.Debian!.File : url?.AbsolutePath) ?? "";
            // What a definition says is not to become a path; an archive that was made here has no name of its own.
            return published.Length > 0 && published.All(IsPlain) && published[0] != '.' ? published : $"{Source.Name}-{Source.Version}.tar";
        }
    }

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '+' or '-' or '~';
}

/// <summary>The release tarball as its project publishes it, at any of several URLs.</summary>
public sealed record UpstreamTarball(ImmutableArray<Uri> Urls, Digest Sha256)
{
    public TarballSignature? Signature { get; init; }
}

/// <summary>A detached OpenPGP signature, at any of several URLs.</summary>
public sealed record TarballSignature(ImmutableArray<Uri> Urls, bool OfTar);

/// <summary>A tarball of a Debian source package; the tarball is what is pinned, package revisions come and go where they leave it as it is.</summary>
public sealed record DebianTarball
{
    public required string Package { get; init; }
    public required string Suite { get; init; }

    /// <summary>The version that it is of, where that is not the one that the project's tarball is of.</summary>
    public string? Version { get; init; }
    public required string File { get; init; }

    /// <summary>Where in that file the source's own tarball is, or null where it is the file.</summary>
    public string? Within { get; init; }

    /// <summary>The digest of the source's own tarball.</summary>
    public required Digest Sha256 { get; init; }
    public required ImmutableArray<Patch> Patches { get; init; }
}

/// <summary>A patch file in <c>-p1</c> form: its name for people, its path on the host, the digest of its content.</summary>
/// <param name="Window">The versions that it is applied to, or null for all.</param>
public sealed record Patch(string Name, string Path, Digest Digest, VersionWindow? Window = null);

/// <summary>The two forms in which a source can be had.</summary>
public enum SourceVariant
{
    /// <summary>The release tarball as its project publishes it.</summary>
    Upstream,

    /// <summary>The same release as a Debian package carries it.</summary>
    Debian,
}

/// <summary>What one target builds in place of a source; of that it keeps the name and the licence, not the patches.</summary>
public sealed record Replacement
{
    public required string Version { get; init; }
    public required ReplacementOrigin Origin { get; init; }
    public required ImmutableArray<Patch> Patches { get; init; }
    public required Location Location { get; init; }
}

/// <summary>Where a replacement comes from.</summary>
public abstract record ReplacementOrigin;

/// <summary>Another release tarball.</summary>
public sealed record TarballOrigin(UpstreamTarball Tarball) : ReplacementOrigin;

/// <summary>What has to be made into an archive before it can be planned with.</summary>
public abstract record UnpackedOrigin : ReplacementOrigin;

/// <summary>The tree of one commit of a git repository, without submodules.</summary>
/// <param name="Commit">40 lower-case hexadecimal digits.</param>
public sealed record CommitOrigin(Uri Repository, string Commit) : UnpackedOrigin;

/// <summary>A directory of this machine, by its absolute path; what is named <c>.git</c> is no part of it.</summary>
public sealed record DirectoryOrigin(string Path) : UnpackedOrigin;

/// <summary>The protocols that things are fetched by, as the schemes of URLs: a new one is added here.</summary>
public static class Protocols
{
    /// <summary>By which files are downloaded: upstream's tarballs, signatures, mirrors.</summary>
    public static ImmutableArray<string> Download { get; } = [Uri.UriSchemeHttps, Uri.UriSchemeHttp];

    /// <summary>By which git fetches commits.</summary>
    public static ImmutableArray<string> Git { get; } = [.. Download, Uri.UriSchemeFile];

    /// <summary>By which apt reads Debian's archive.</summary>
    public static ImmutableArray<string> Apt { get; } =
    [
        .. Download, "ftp", Uri.UriSchemeFile, "copy", "mirror", "mirror+http", "mirror+https", "mirror+ftp", "mirror+file", "mirror+copy",
        "tor", "tor+http", "tor+https",
    ];

    /// <summary>The text as a URL that names of files can be put behind; null if it is none, of another protocol, or has a query or fragment.</summary>
    public static Uri? Parse(string text, ImmutableArray<string> protocols) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && protocols.Contains(url.Scheme) && text.IndexOfAny(['?', '#']) < 0 ? url : null;
}
