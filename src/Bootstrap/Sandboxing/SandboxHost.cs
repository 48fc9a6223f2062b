namespace Bootstrap.Sandboxing;

/// <summary>What a sandbox's commands depend on besides its specification.</summary>
internal sealed record SandboxHost(string Bubblewrap, string SearchPath, int Owner, bool FreshProc, bool Overlays, bool PrivateBinfmt);
