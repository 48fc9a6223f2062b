using System.Text.Json.Serialization;

namespace Bootstrap.HostTools;

/// <summary>Which provider <c>auto</c> stands for in a store, and why.</summary>
internal sealed record AutoDecision(string Provider, string Reason)
{
    [JsonIgnore]
    public HostToolsRequest Request => new(Provider);

    /// <summary>What is known at once: what was decided before, else what the store has pinned host tools of; null if nothing is.</summary>
    public static AutoDecision? Known(AutoDecision? decided, IReadOnlyDictionary<string, HostToolsPin> pins)
    {
        if (decided is not null)
            return decided;
        var kind = HostToolsProviders.OfAuto.FirstOrDefault(kind => pins.Keys.Any(pin => pin.Split(':')[0] == kind.Name));
        return kind is null ? null : new AutoDecision(kind.Name, "the store has them");
    }

    /// <summary>The first that can be used; the last of them is not tried, as there is none behind it.</summary>
    public static async Task<AutoDecision> MakeAsync(IReadOnlyList<string> names, Func<string, Task<(bool Usable, string Why)>> tryAsync)
    {
        var reasons = new List<string>();
        foreach (var name in names.SkipLast(1))
        {
            var (usable, why) = await tryAsync(name);
            if (usable)
                return new AutoDecision(name, why);
            reasons.Add(why);
        }
        return new AutoDecision(names[^1], string.Join(", and ", reasons));
    }
}
