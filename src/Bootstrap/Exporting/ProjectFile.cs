using Bootstrap.Platform;

namespace Bootstrap.Exporting;

/// <summary>A file or directory of the project that is no element, by its path within the project.</summary>
internal abstract record ProjectFile(string Path);

/// <summary>A text that was made here.</summary>
internal sealed record WrittenFile(string Path, string Text) : ProjectFile(Path);

/// <summary>A blob of the store.</summary>
internal sealed record BlobFile(string Path, Digest Digest) : ProjectFile(Path);

/// <summary>A file of the definitions, of which only the content counts.</summary>
internal sealed record CopiedFile(string Path, string From, Digest Digest) : ProjectFile(Path);

/// <summary>A directory of the definitions.</summary>
internal sealed record CopiedDirectory(string Path, string From) : ProjectFile(Path);
