namespace Bootstrap.Sandboxing;

/// <summary>What a sandbox's commands depend on besides its specification.</summary>
/// <param name="Bubblewrap">The absolute path of <c>bwrap</c>.</param>
/// <param name="SearchPath">The PATH on which the set-up finds <c>mount</c> and the like.</param>
/// <param name="Owner">The number of this process, without which a sandbox must not live.</param>
/// <param name="FreshProc">A new /proc can be mounted; in a container whose own /proc is masked the kernel refuses.</param>
/// <param name="Overlays">A user namespace can mount overlays; where it can't, trees are merged.</param>
/// <param name="PrivateBinfmt">A user namespace can have a binfmt_misc of its own (Linux 6.7).</param>
internal sealed record SandboxHost(string Bubblewrap, string SearchPath, int Owner, bool FreshProc, bool Overlays, bool PrivateBinfmt);
