using Bootstrap.Platform;

namespace Bootstrap.Publishing;

/// <summary>A directory within another for what grows there, gone when it is no longer needed.</summary>
internal sealed class ScratchDirectory(string parent) : IDisposable
{
    public const string Prefix = ".scratch-";

    public string Path { get; } = Directory.CreateDirectory(System.IO.Path.Combine(parent, Prefix + System.IO.Path.GetRandomFileName())).FullName;

    public void Dispose() => TreeRemover.Remove(Path);
}
