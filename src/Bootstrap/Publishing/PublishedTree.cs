using Bootstrap.Store;

namespace Bootstrap.Publishing;

/// <summary>An artifact that is published: its tree, what is in it, and what is said about it.</summary>
public sealed record PublishedTree(string Tree, Manifest Manifest, ToolchainManifest Facts);
