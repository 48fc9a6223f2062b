using System.Collections.Immutable;
using Bootstrap.Platform;

namespace Bootstrap.HostTools;

/// <summary>A way to make the host tools.</summary>
public interface IHostToolsProvider
{
    string Name { get; }

    /// <summary>Changes when other host tools are asked for; never when only the mirror has moved.</summary>
    Digest Definition { get; }

    /// <summary>Makes the sysroot.</summary>
    /// <param name="workDirectory">An empty directory of the run's own; all that is written goes below it.</param>
    /// <param name="cancel">Ends the run.</param>
    /// <exception cref="HostException">This machine can't make it.</exception>
    Task<ProvidedTree> MakeAsync(string workDirectory, CancellationToken cancel);
}

/// <summary>What a provider made: the tree, the packages in it, and a digest of all that went into it.</summary>
public sealed record ProvidedTree(string Tree, ImmutableArray<Package> Packages, Digest Ingredients);
