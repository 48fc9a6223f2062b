using Bootstrap.Platform;

namespace Bootstrap.Store;

/// <summary>One line of a manifest: all that counts as content of one thing in a tree.</summary>
/// <param name="Mode">The twelve permission bits; 0777 for a link.</param>
/// <param name="Size">In bytes; 0 unless it is a file.</param>
/// <param name="Digest">Of a file's content; null for anything else.</param>
/// <param name="LinkTarget">As it was written; null unless it is a link.</param>
public sealed record ManifestEntry(string Path, EntryType Type, int Mode, long Size, Digest? Digest, string? LinkTarget);
