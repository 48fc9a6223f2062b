using System.Text.Json;
using System.Text.Json.Serialization;
using Bootstrap.Store;

namespace Bootstrap.HostTools;

/// <summary>Which provider <c>auto</c> stands for in a store, and why.</summary>
internal sealed record AutoDecision(string Provider, string Reason)
{
    // A line of its own, unlike the others: as it always was.
    public static LockFile<AutoDecision?> Pin { get; } = new(
        "host-tools-auto",
        new HostToolsJson(new JsonSerializerOptions(HostToolsJson.Default.Options) { WriteIndented = false }).AutoDecision!,
        null,
        "the provider is then chosen anew",
        decided => HostToolsProviders.OfAuto.Any(kind => kind.Name == decided!.Provider)
            ? decided : throw new FormatException($"'{decided!.Provider}' is no provider"));

    [JsonIgnore]
    public HostToolsRequest Request => new(Provider);

    /// <summary>What is known at once: what was decided before, else what the store has pinned host tools of; null if nothing is.</summary>
    public static AutoDecision? Known(AutoDecision? decided, IReadOnlyDictionary<string, HostToolsPin> pins)
    {
        if (decided is not null)
            return decided;
        var kind = HostToolsProviders.OfAuto.FirstOrDefault(kind => pins.Keys.Any(pin => pin.Split(':')[0] == kind.Name && !EmulatorProvider.IsTitle(pin)));
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
