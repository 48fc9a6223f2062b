using Bootstrap.Platform;

namespace Bootstrap.Store;

/// <summary>Looks up steps by their records; a record whose tree is gone is no record.</summary>
internal static class StepIndex
{
    public static Artifact? Find(StoreLayout layout, Digest key)
    {
        if (StoreJson.Read(layout.RecordFile(key), StoreJson.Default.RecordFile) is not { ContentDigest: { } content } record)
            return null;
        var tree = layout.Tree(content);
        return Directory.Exists(tree) ? new Artifact(key, content, tree, record.Bytes, record.Files) : null;
    }
}
