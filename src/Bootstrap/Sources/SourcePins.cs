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
        release = choice.Release is { } release
            ? new { package = release.Package, version = release.Version, sha256 = release.Sha256.Hex } : null,
    });

    private static SourceChoice Read(JsonElement entry)
    {
        var variant = PinText.Text(entry, "variant");
        return Enum.TryParse<SourceVariant>(variant, out var known)
            ? new SourceChoice(known, PinText.Text(entry, "reason")) { Release = ReadRelease(entry) }
            : throw new FormatException($"'{variant}' is no form of a source");
    }

    private static DebianRelease? ReadRelease(JsonElement entry) =>
        entry.TryGetProperty("release", out var release) && release.ValueKind != JsonValueKind.Null
            ? new DebianRelease(PinText.Text(release, "package"), PinText.Text(release, "version"), PinText.Digest(release, "sha256"))
            : null;
}
