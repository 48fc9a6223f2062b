using System.Collections.Immutable;
using System.Text.Json;
using Bootstrap.Platform;

namespace Bootstrap.Sources;

/// <summary>The archive that was made of something, and what that held then.</summary>
/// <param name="Content">A commit, or the digest of a directory.</param>
/// <param name="Archive">The SHA-256 of the archive, which is a blob of the store.</param>
internal sealed record ArchivePin(string Content, Digest Archive);

/// <summary>The store's pin <c>archives</c>: one <see cref="ArchivePin"/> for each commit and each directory that replaces a source.</summary>
internal static class ArchivePins
{
    public const string Name = "archives";

    private static readonly JsonSerializerOptions s_options = new() { WriteIndented = true };

    /// <exception cref="StoreException">The text is not such a pin.</exception>
    public static ImmutableSortedDictionary<string, ArchivePin> Read(string? json)
    {
        if (json is null)
            return ImmutableSortedDictionary<string, ArchivePin>.Empty.WithComparers(StringComparer.Ordinal);
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.EnumerateObject()
                .ToImmutableSortedDictionary(pin => pin.Name, pin => Read(pin.Value), StringComparer.Ordinal);
        }
        catch (Exception exception)
            when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new StoreException(
                $"The pin '{Name}' in the store can't be read: {exception.Message}",
                $"Remove pins/{Name}.json from the store; the archives are then made anew.",
                exception);
        }
    }

    public static string Write(IReadOnlyDictionary<string, ArchivePin> pins)
    {
        var entries = pins.OrderBy(pin => pin.Key, StringComparer.Ordinal)
            .ToDictionary(pin => pin.Key, pin => new { content = pin.Value.Content, archive = pin.Value.Archive.Hex });
        return JsonSerializer.Serialize(entries, s_options);
    }

    private static ArchivePin Read(JsonElement pin) => new(
        pin.GetProperty("content").GetString() ?? throw new FormatException("'content' is null"),
        Digest.Parse(pin.GetProperty("archive").GetString() ?? ""));
}
