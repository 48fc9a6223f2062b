using Bootstrap.Store;

namespace Bootstrap.Publishing;

/// <summary>An artifact that is published: its tree, what is in it, and what is said about it.</summary>
/// <param name="Tree">The directory in the store.</param>
/// <param name="Manifest">Its manifest, which says what is in it.</param>
/// <param name="Facts">What it is, and what it was made from.</param>
public sealed record PublishedTree(string Tree, Manifest Manifest, ToolchainManifest Facts);
