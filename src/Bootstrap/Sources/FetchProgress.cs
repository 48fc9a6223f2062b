namespace Bootstrap.Sources;

/// <summary>How far the download of one source has come, in bytes; the total is null until the server has said it.</summary>
public sealed record FetchProgress(string Source, long Bytes, long? Total);
