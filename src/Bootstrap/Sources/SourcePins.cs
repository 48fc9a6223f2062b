using System.Collections.Immutable;
using System.Text.Json;
using Bootstrap.Definitions;
using Bootstrap.Platform;
using Bootstrap.Store;

namespace Bootstrap.Sources;

/// <summary>The chosen forms as the store's pin <c>sources</c> keeps them: a JSON object of source names.</summary>
public static class SourcePins
{
    public const string Name = "sources";

    /// <exception cref="StoreException">The text is not such a pin.</exception>
    public static ImmutableSortedDictionary<string, SourceChoice> Read(string? json) =>
        PinText.ReadEntries(Name, json, Read, "the forms of the sources are then chosen anew");

    public static string Write(IReadOnlyDictionary<string, SourceChoice> choices) => PinText.WriteEntries(choices, choice => new
    {
        variant = choice.Variant.ToString(),
        reason = choice.Reason,
        release = choice.Release is not { } taken ? null
            : new { package = taken.Package, version = taken.Version, file = taken.File, sha256 = taken.Sha256.Hex, instead = taken.Instead.Hex },
    });

    private static SourceChoice Read(JsonElement entry)
    {
        var variant = PinText.Text(entry, "variant");
        return Enum.TryParse<SourceVariant>(variant, out var known) && known.ToString() == variant
            ? new SourceChoice(known, PinText.Text(entry, "reason")) { Release = ReadRelease(entry) }
            : throw new FormatException($"'{variant}' is no form of a source");
    }

    // A store of an earlier version may hold releases that stood for no pinned tarball: the definitions pin all of them now.
    private static DebianRelease? ReadRelease(JsonElement entry) =>
        entry.TryGetProperty("release", out var release) && release.ValueKind != JsonValueKind.Null && release.TryGetProperty("instead", out _)
            ? new DebianRelease(
                PinText.Text(release, "package"), PinText.Text(release, "version"), PinText.Text(release, "file"), PinText.Digest(release, "sha256"),
                PinText.Digest(release, "instead"))
            : null;
}

/// <summary>The form chosen for one source, and why, for people.</summary>
public sealed record SourceChoice(SourceVariant Variant, string Reason)
{
    /// <summary>What is taken in place of Debian's pinned tarball, where the archive lost that and an update was asked for.</summary>
    public DebianRelease? Release { get; init; }

    /// <summary>The source as it is fetched: what was taken in place of Debian's tarball stands for it while the definition names that one.</summary>
    public PinnedSource Of(Source source) => new(
        Variant == SourceVariant.Debian && source.Debian is { } pinned && Release is { } release
        && release.Package == pinned.Package && release.Instead == pinned.Sha256
            ? source with { Version = release.Version, Debian = pinned with { File = release.File, Sha256 = release.Sha256 } }
            : source,
        Variant);
}

/// <summary>A tarball of a Debian source package, and the digest of the pinned one that it stands for.</summary>
public sealed record DebianRelease(string Package, string Version, string File, Digest Sha256, Digest Instead);
