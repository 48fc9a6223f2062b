using System.Collections.Immutable;
using Bootstrap.Platform;
using Bootstrap.Store;

namespace Bootstrap.Sources.Origins;

/// <summary>The archive that was made of something, and what that held then.</summary>
internal sealed record ArchivePin(string Content, Digest Archive);

/// <summary>The store's pin <c>archives</c>: one <see cref="ArchivePin"/> for each commit and each directory that replaces a source.</summary>
internal static class ArchivePins
{
    public const string Name = "archives";

    /// <exception cref="StoreException">The text is not such a pin.</exception>
    public static ImmutableSortedDictionary<string, ArchivePin> Read(string? json) => PinText.ReadEntries(
        Name, json, pin => new ArchivePin(PinText.Text(pin, "content"), PinText.Digest(pin, "archive")), "the archives are then made anew");

    public static string Write(IReadOnlyDictionary<string, ArchivePin> pins) =>
        PinText.WriteEntries(pins, pin => new { content = pin.Content, archive = pin.Archive.Hex });
}
