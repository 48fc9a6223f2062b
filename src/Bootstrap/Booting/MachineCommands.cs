using System.Collections.Immutable;

namespace Bootstrap.Booting;

/// <summary>What is run in a booted machine.</summary>
public sealed record MachineCommands
{
    /// <summary>What <c>sh -eu</c> runs in <c>/build</c>.</summary>
    public required string Script { get; init; }

    public required ImmutableSortedDictionary<string, string> Environment { get; init; }

    /// <summary>Trees of the host that lie in the machine at absolute paths.</summary>
    public required ImmutableArray<(string At, string Tree)> Trees { get; init; }

    /// <summary>An empty directory of the host that takes what the commands leave in <c>/out</c>.</summary>
    public required string Out { get; init; }
}
